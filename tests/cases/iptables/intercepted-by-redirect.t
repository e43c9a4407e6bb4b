--- title
DNS is redirected to the firewall itself
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 53
-A PREROUTING -p tcp -m tcp --dport 53 -j REDIRECT --to-ports 53
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 intercepted opening @3
dns-tcp-53 intercepted opening @4
dns-udp-443 permitted
finding dns-intercepted @3
finding dns-intercepted @4
no-finding denied-by-rule
