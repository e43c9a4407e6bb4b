--- title
UDP accepted only while NEW loses the second datagram
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -d 10.0.0.0/8 -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m conntrack --ctstate NEW -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied later @2
dns-udp-443 denied later @2
dns-tcp-443 permitted @5
