--- title
A rule for UNTRACKED packets lets neighbour discovery pass
--- input rules.v6
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,UNTRACKED -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -d 2620:119::/32 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48 --in-interface lan0 --out-interface wan0
--- expect
exit 0
no-finding neighbour-discovery-blocked
