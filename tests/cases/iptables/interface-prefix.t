--- title
`eth+` stands for all interfaces that begin so
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth+ -o ppp0 -j ACCEPT
-A FORWARD -i eth1 -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface eth1 --out-interface ppp0
--- expect
exit 0
dns-udp-443 permitted @4
dns-udp-53 permitted @4
dns-tcp-53 permitted @4
dns-tcp-443 permitted @4
