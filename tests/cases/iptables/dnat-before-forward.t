--- title
DNAT comes before FORWARD: the flow reaches another server
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.53
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 intercepted @3
dns-tcp-53 permitted @8
dns-udp-443 permitted
finding dns-intercepted @3
