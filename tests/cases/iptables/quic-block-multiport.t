--- title
A block of QUIC on 80 and 443
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m multiport --dports 80,443 -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied opening @6
finding quic-block @6
help insert above line 6:
