--- title
A permit in a chain that is called after the denial is shadowed
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:BLOCK - [0:0]
:ROAM - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j BLOCK
-A FORWARD -j ROAM
-A BLOCK -d 208.67.222.222/32 -j DROP
-A ROAM -d 208.67.0.0/16 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 partly-denied opening @10
finding permit-ineffective @10
no-finding near-miss
