--- title
DNAT to a loopback address ends in the machine itself
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 53 -j DNAT --to-destination 127.0.0.1:5353
-A OUTPUT -p tcp --dport 53 -j DNAT --to-destination 127.0.0.1:5353
COMMIT
*filter
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -p tcp --dport 5353 -j REJECT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-53 intercepted opening @3
dns-tcp-53 denied opening @9
denial dns-tcp-53 icmp-port-unreachable
