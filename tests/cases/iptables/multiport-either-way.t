--- title
`--ports` is source or destination port
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m multiport --ports 53 -j ACCEPT
-A FORWARD -p udp -m multiport --ports 1000:50000 -j REJECT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @4
dns-udp-443 partly-denied opening @5
dns-tcp-53 permitted @6
