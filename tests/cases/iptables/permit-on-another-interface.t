--- title
The permit asks for an interface by which no client enters
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan9 -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -i lan9 -d 208.67.222.222/32,208.67.220.220/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--from 10.20.0.0/16 --in-interface lan0 --out-interface wan0 --service dns
--- expect
exit 1
dns-udp-53 denied opening @3
finding permit-ineffective @3
finding near-miss @6
