--- title
-I puts a rule at its place
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -p udp -j DROP
-A FORWARD -p tcp -j ACCEPT
-I FORWARD -p udp --dport 53 -j ACCEPT
-I FORWARD 2 -m state --state ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @5
dns-udp-443 denied opening @3
dns-tcp-53 permitted @4
