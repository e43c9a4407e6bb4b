--- title
A DNAT to a port alone is written without brackets, and changes no address
--- input rules.v6
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s fd20::/16 -p udp -m udp --dport 53 -j DNAT --to-destination :5353
-A PREROUTING -s fd20::/16 -p udp -m udp --dport 443 -j DNAT --to-destination :443
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from fd20::/16
--- expect
exit 1
dns-udp-53 intercepted @3
dns-udp-443 permitted
