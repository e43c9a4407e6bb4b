--- title
The text of a comment is no rule, whatever it says
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m comment --comment "open \" -j DROP ! -s 1.2.3.4" -j ACCEPT
-A FORWARD -j DROP -m comment --comment "-j ACCEPT"
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @4
dns-tcp-443 denied opening @5
rejected 0
