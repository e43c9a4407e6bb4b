--- title
Without translation of sources no packet of a forwarded flow is for the firewall itself
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DNAT --to-destination 172.17.0.2
-A POSTROUTING -m addrtype --src-type LOCAL -j ACCEPT
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-53 permitted
