--- title
On the machine itself, permits in FORWARD are on another way and those in OUTPUT can come near
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT
COMMIT
--- input b.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT

-A OUTPUT -d 208.67.222.222/32 -p udp -m udp --dport 5353 -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.20.0.5
--- expect
exit 1
dns-udp-443 denied opening @4
finding permit-ineffective @6
help move line 6 to the chain that the machine's own packets pass
finding near-miss @7
