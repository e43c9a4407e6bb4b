--- title
A stateless permit of answers by their source port is enough
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
-A FORWARD -p udp --sport 53 -j ACCEPT
-A FORWARD -p tcp -m tcp --sport 53 ! --syn -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @3
dns-tcp-53 permitted @3
dns-udp-443 denied answer @2
dns-tcp-443 denied answer
