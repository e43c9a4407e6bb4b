--- title
A chain without a caller is no matter where the flows pass
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ROAM - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -j ACCEPT
-A ROAM -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 0
no-finding unreachable-chain
no-finding near-miss
