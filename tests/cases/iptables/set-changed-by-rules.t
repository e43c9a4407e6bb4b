--- title
A set that the rules fill is no constant
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set SEEN src -j ACCEPT
-A FORWARD -p udp -j SET --add-set SEEN src --exist
COMMIT
--- ipset sets.ipset
create SEEN hash:ip family inet timeout 600
add SEEN 10.0.0.1 timeout 300
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
condition dns-udp-443 the rules change set SEEN while they run
finding tolerated
