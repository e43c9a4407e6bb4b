--- title
A permit for the wrong block of the same network comes near
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.122.0/24 -p udp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @3
finding near-miss @6
help let it ask for the destination 208.67.220.220 and 208.67.222.222
