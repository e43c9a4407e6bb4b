--- title
DNAT to an address that nothing shows to be the firewall's own is judged by FORWARD, and that is said
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
:PROXY - [0:0]
-A PREROUTING -p udp --dport 53 -j PROXY
-A PROXY -j DNAT --to-destination 10.0.0.1
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp --dport 443 -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 intercepted @5
dns-udp-443 permitted
assumes a required flow that DNAT sends elsewhere does not go to the firewall itself: FORWARD is asked about it, and not INPUT
