--- title
Clients are parted by what they will see
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/17 -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.20.128.0/18 -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
state Unprotected
state Protected, not encrypted
state Protected, encrypted
