--- title
The old spelling with `!` after the option is read
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s ! 10.0.0.0/8 -j DROP
-A FORWARD -p udp --dport ! 53 -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @5
dns-udp-53 permitted @6
dns-tcp-443 permitted @6
rejected 0
