--- title
Permits for state NEW lose what comes after the first packet
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied answer @3
finding answer-dropped @3
help ESTABLISHED
