--- title
DNS over IPv6 is redirected
--- input rules.v6
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 53
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-53 intercepted opening @3
finding dns-intercepted @3
