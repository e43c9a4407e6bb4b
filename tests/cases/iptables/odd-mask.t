--- title
A mask with holes is exact
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.1/255.0.0.255 -j ACCEPT
COMMIT
--- args
--service dns --from 10.7.7.1/32 --from 10.99.0.1/32
--- expect
exit 0
dns-udp-443 permitted @4
dns-udp-53 permitted @4
dns-tcp-53 permitted @4
dns-tcp-443 permitted @4
