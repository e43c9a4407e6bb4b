--- title
A chain reached by jump comes back to the rule after the jump
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:UDP - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j UDP
-A FORWARD -j ACCEPT
-A UDP -p udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @6
dns-udp-53 permitted @7
