--- title
An ip6tables dump answers for the IPv6 resolvers only
--- input rules.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 2620:119:35::35/128 -j ACCEPT
-A FORWARD -d 2620:119:53::53/128 -p udp -j ACCEPT
-A FORWARD -p ipv6-icmp -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-443 permitted @4,5
dns-tcp-443 partly-denied opening @2
not-judged dns-udp-443 ipv4
format iptables
