--- title
A mark set in mangle is seen in filter, on the same packet
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 443 -j MARK --set-xmark 0x7/0xffffffff
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m mark --mark 0x7 -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @8
dns-udp-53 permitted @9
