--- title
nat sees the first packet only: a mark it sets is missing on the answer
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j MARK --set-xmark 0x1/0x1
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m mark --mark 0x1/0x1 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied answer @6
dns-udp-53 denied answer @6
dns-tcp-53 denied answer @6
dns-tcp-443 denied answer @6
