--- title
A permit that serves some of the clients has an effect; the others lack one
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.21.0.0/16 -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.21.0.0/16 -d 208.67.222.222/32,208.67.220.220/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.99.0.0/16 -j ACCEPT
COMMIT
--- args
--from 10.20.0.0/15 --service dns
--- expect
exit 1
dns-udp-53 partly-denied opening @3
finding no-permit @3
finding near-miss @6
no-finding permit-ineffective
