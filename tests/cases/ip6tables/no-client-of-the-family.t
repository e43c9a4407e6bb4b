--- title
Without an IPv6 client nothing is judged over IPv6
--- input rules.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
not-judged dns-udp-443 ipv6
not-judged dns-udp-443 ipv4
