--- title
A condition before a target that goes on is not named
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m limit --limit 3/min -j LOG --log-prefix "x -j DROP "
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @5
dns-udp-53 permitted @5
dns-tcp-53 permitted @5
dns-tcp-443 permitted @5
