--- title
iptables-save.txt and ip6tables-save.txt are one firewall, whose fixes stand in the right file
--- input ip6tables-save.txt
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 53 -j ACCEPT
COMMIT
--- input iptables-save.txt
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --from fd00::/8
--- expect
exit 1
rule-set iptables-save: ip6tables-save.txt iptables-save.txt
dns-udp-443 partly-denied opening @2
dns-udp-53 partly-denied opening @3
dns-tcp-53 denied opening @2,3
help append after line 5, the last rule of `FORWARD`:
help append after line 4, the last rule of `FORWARD`:
