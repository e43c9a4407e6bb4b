--- title
DNAT that no required flow meets, or to an address that the firewall is seen to have, needs no assumption
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 192.0.2.1/32 -p tcp --dport 443 -j DNAT --to-destination 10.0.0.9
-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 192.0.2.1
-A POSTROUTING -o wan0 -j SNAT --to-source 192.0.2.1
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp --dport 25 -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @9
no-assumption a required flow that DNAT sends elsewhere
