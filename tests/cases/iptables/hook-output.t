--- title
What the machine itself sends passes OUTPUT, and its answers INPUT; FORWARD plays no part
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -p udp --dport 443 -j ACCEPT
-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 permitted @6
dns-udp-53 denied opening @4
dns-tcp-443 denied opening @7
denial dns-tcp-443 tcp-reset
help -A OUTPUT -s 10.0.0.5/32
no-finding hook-assumed
assumes answers come in by the interface by which the requests leave
