--- title
The first rule that matches decides, not the most specific one
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 443 -j DROP
-A FORWARD -d 208.67.222.222/32 -p udp --dport 443 -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @4
dns-udp-53 permitted @6
dns-tcp-443 permitted @6
finding quic-block @4
denial dns-udp-443 drop
state Protected, not encrypted
not-judged dns-udp-443 ipv6
