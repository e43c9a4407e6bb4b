--- title
Directions that no part of the set asks for are passed over (kernel-checked)
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src,dst,dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net
add CLIENTS 10.0.0.0/8
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
