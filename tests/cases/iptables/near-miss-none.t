--- title
Permits for other things, for anywhere and below a denial are not near
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -m multiport --dports 80,8080 -j ACCEPT
-A FORWARD -d 198.51.100.0/24 -p udp -m udp --dport 443 -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 123 -m limit --limit 1/s -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -j DROP
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 5353 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @9
no-finding near-miss
