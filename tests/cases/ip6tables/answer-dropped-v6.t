--- title
No rule lets the answers pass over IPv6
--- input rules.v6
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -d 2620:119::/32 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-443 denied answer @3
finding answer-dropped @3
help ESTABLISHED
