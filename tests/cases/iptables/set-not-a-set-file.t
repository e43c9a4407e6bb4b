--- title
A file that is none of ipset
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
10.0.0.0/8
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding unknown-format
