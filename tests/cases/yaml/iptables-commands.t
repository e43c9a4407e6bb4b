--- title
Commands with the name of the program: the family and the table are theirs
--- input rules.yaml
- iptables -P FORWARD DROP
- ip6tables -P FORWARD ACCEPT
- sudo iptables -t nat -A POSTROUTING -o wan0 -j MASQUERADE
- iptables -A FORWARD -m state --state ESTABLISHED -j ACCEPT
- iptables -A FORWARD -p udp -j ACCEPT
--- args
--service dns --from 10.0.0.0/8 --from fc00::/7
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-443 partly-denied @1
assumes wan0
