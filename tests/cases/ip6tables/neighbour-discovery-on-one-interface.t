--- title
Neighbour discovery passes on the clients' side only, and one of its types out
--- input rules.v6
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lan0 -p ipv6-icmp -j ACCEPT
-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j DROP
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -d 2620:119::/32 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48 --in-interface lan0 --out-interface wan0
--- expect
exit 0
finding neighbour-discovery-blocked @2
note `INPUT` drops it on `wan0`
help -A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT
