--- title
An entry that ipset refuses leaves the set open
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet
add CLIENTS 10.0.0.0/8
add CLIENTS 0.0.0.0/0
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
condition dns-udp-443 a line about it was not understood
finding unknown-line @3
