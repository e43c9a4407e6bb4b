--- title
The jump to the permits asks for another interface
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ROAM - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan1 -o wan0 -j ROAM
-A FORWARD -i lan2 -o wan0 -d 198.51.100.0/24 -j ACCEPT
-A ROAM -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A ROAM -d 208.67.222.222/32,208.67.220.220/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16 --in-interface lan2 --out-interface wan0
--- expect
exit 1
dns-udp-53 denied opening @3
finding near-miss @7
help the interface of entry `lan2`
no-finding unreachable-chain
