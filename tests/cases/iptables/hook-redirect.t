--- title
REDIRECT in OUTPUT sends the packet round to the machine itself: intercepted
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports 5353
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-53 intercepted opening @3
dns-udp-443 permitted
finding dns-intercepted @3
