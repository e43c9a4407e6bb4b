--- title
iptables-restore refuses a set of the other family
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set SIX src -j ACCEPT
COMMIT
--- ipset sets.ipset
create SIX hash:ip family inet6
add SIX 2001:db8::1
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
rejected 1
finding unknown-line @4
