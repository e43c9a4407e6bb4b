--- title
`! --dports` means none of them
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -m multiport ! --dports 53,80:90 -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-443 denied opening @4
dns-tcp-53 permitted @5
dns-udp-443 permitted
