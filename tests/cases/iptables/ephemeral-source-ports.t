--- title
Clients use ports from 1024 up, so a rule that asks for these covers the flow
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --sport 1024:65535 -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -p tcp --sport 32768: -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @4
dns-udp-443 permitted @4
dns-tcp-53 partly-denied opening @2
