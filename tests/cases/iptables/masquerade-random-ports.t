--- title
Before its client's port is back, an answer has the random one that MASQUERADE gave to the client
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -i wan0 -p udp -m udp --dport 1024:32767 -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -p udp -m udp --dport 53 -j MASQUERADE --random-fully
-A POSTROUTING -o wan0 -p udp -m udp --dport 443 -j MASQUERADE
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-udp-53 undecided answer @3
dns-udp-443 partly-denied answer @3
