--- title
raw PREROUTING sees the address that SNAT gave, INPUT the machine's own
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.0.5/32 -p udp -j DROP
-A PREROUTING -d 192.0.2.7/32 -p tcp -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 10.0.0.5/32 -j SNAT --to-source 192.0.2.7
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -d 10.0.0.5/32 -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-443 denied answer @4
