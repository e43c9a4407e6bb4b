--- title
A client's later packet that is not tracked keeps its own address, while the connection was made with another
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p tcp -m tcp --dport 53 --tcp-flags ACK ACK -j NOTRACK
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -j MASQUERADE
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-tcp-53 denied later @3
dns-tcp-443 permitted
