--- title
After a goto in a user chain, control returns to the caller of that chain
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:A - [0:0]
:B - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j A
-A FORWARD -p tcp -j ACCEPT
-A A -g B
-A A -j ACCEPT
-A B -p udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-443 permitted @7
dns-udp-53 permitted @10
dns-udp-443 denied opening @2
