--- title
A block of QUIC in another table
--- input rules.v4
*mangle
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp -m udp --dport 443 -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied opening @3
finding quic-block @3
