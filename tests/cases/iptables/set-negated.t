--- title
Not in the set
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set ! --match-set GUESTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create GUESTS hash:ip family inet
add GUESTS 10.0.0.0/30
--- args
--service dns --from 10.0.0.0/24
--- expect
exit 1
dns-udp-443 partly-denied opening @2
