--- title
In mangle an answer still has the address that the firewall gave to its client, and that may be the firewall's own
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -p udp -j MASQUERADE
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 3
dns-udp-53 undecided answer @3
condition dns-udp-53 addrtype
