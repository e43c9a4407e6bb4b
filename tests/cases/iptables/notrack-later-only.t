--- title
Where what a TCP client sends after its first packet is not tracked, the server acknowledges what tracking has not seen, and is INVALID (kernel-checked)
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p tcp -m tcp --dport 53 ! --tcp-flags SYN,ACK SYN -j NOTRACK
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED,UNTRACKED -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-tcp-53 denied answer @6
dns-tcp-443 permitted
dns-udp-53 permitted
