--- title
DNAT in OUTPUT to an address that nothing shows to be the machine's own leaves it, and that is said
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 53 -j DNAT --to-destination 10.0.0.1
COMMIT
*filter
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-53 intercepted @3
assumes it does not come in again by INPUT
