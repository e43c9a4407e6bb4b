--- title
A permit for another port comes nearer than one that serves another flow
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 5353 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @3
finding near-miss @7
help let it ask for the port 53 and 443, alone or as well
no-finding near-miss @6
