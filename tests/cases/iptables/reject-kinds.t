--- title
A reject is seen by the client, and how it is
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp --dport 443 -j REJECT --reject-with tcp-reset
-A FORWARD -p tcp -j REJECT --reject-with icmp-admin-prohibited
-A FORWARD -p udp --dport 53 -j REJECT
-A FORWARD -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-443 denied @4
dns-tcp-53 denied @5
dns-udp-53 denied @6
dns-udp-443 denied @7
denial dns-tcp-443 tcp-reset
denial dns-tcp-53 icmp-admin-prohibited
denial dns-udp-53 icmp-port-unreachable
denial dns-udp-443 drop
