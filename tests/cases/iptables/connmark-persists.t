--- title
A connection mark is seen on all packets of the connection
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p udp -j CONNMARK --set-xmark 0x5/0xffffffff
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m connmark --mark 0x5 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @7
dns-udp-53 permitted @7
dns-tcp-53 denied opening @6
