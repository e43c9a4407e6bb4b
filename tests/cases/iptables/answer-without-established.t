--- title
The request gets out and no rule lets the answer in
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -d 208.67.0.0/16 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied answer @2
dns-udp-53 denied answer @2
dns-tcp-53 denied answer @2
dns-tcp-443 denied answer @2
finding answer-dropped
help ESTABLISHED
state Unprotected
