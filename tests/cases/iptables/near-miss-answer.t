--- title
The rule for answers asks for the clients' interface
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i lan0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o wan0 -d 208.67.222.222/32,208.67.220.220/32 -p udp -j ACCEPT
-A FORWARD -o wan0 -d 208.67.222.222/32,208.67.220.220/32 -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-udp-53 denied answer @3
finding answer-dropped @3
finding near-miss @5
help the interface of entry `wan0`
