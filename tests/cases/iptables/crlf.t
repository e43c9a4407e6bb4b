--- title
Lines that end in CRLF are read as any others
--- input rules.v4 crlf
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --dport 443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @4
dns-udp-53 denied opening @2
rejected 0
