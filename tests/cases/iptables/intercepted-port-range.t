--- title
A redirection of a range of ports takes DNS, too
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 1:1023 -j DNAT --to-destination 10.20.0.53
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
dns-udp-443 intercepted opening @3
finding dns-intercepted @3
