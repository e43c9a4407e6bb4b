--- title
No rule for established connections lets neighbour discovery pass
--- input rules.v6
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -d 2620:119::/32 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48 --in-interface lan0 --out-interface wan0
--- expect
exit 0
finding neighbour-discovery-blocked @2
help -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
help -A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT
