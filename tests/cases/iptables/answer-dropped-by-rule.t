--- title
A rule that drops what comes from the resolvers loses the answers
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -s 208.67.0.0/16 -j DROP
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied answer @5
finding answer-dropped @5
help insert above line 5
