--- title
A chain that only an unreachable chain calls is unreachable
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ROAM - [0:0]
:OLD - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OLD -j ROAM
-A ROAM -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @3
finding unreachable-chain @5
no-finding unreachable-chain @6
