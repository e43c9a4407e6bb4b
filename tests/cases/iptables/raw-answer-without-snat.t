--- title
The same without translation loses every answer
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.0.0/8 -j DROP
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied answer @3
dns-udp-53 denied answer @3
dns-tcp-53 denied answer @3
dns-tcp-443 denied answer @3
