--- title
A limit leaves it open whether the probe is answered
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 443 -m limit --limit 10/sec -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 undecided
state cannot tell
