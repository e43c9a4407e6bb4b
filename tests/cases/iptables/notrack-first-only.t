--- title
A connection that tracking sees from its second packet on gets another source in the middle, and its server drops it
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p tcp -m tcp --dport 53 --tcp-flags SYN,ACK SYN -j NOTRACK
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -j SNAT --to-source 203.0.113.5
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-tcp-53 denied later @7
dns-tcp-443 permitted
dns-udp-53 permitted
