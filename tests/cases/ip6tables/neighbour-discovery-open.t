--- title
Neighbour discovery with its hop limit of 255, under a limit, or not known to be dropped is no matter
--- input rules.v6
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m limit --limit 100/s -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -d 2620:119::/32 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48 --in-interface lan0 --out-interface wan0
--- expect
exit 0
no-finding neighbour-discovery-blocked
