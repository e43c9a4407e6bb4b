--- title
Answers that two lines drop are one mistake
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i wan0 -p udp -j DROP
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-udp-443 denied answer @5
dns-tcp-443 denied answer @3
finding answer-dropped
