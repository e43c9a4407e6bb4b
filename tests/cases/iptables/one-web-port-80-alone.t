--- title
The gateway is permitted on port 80 and not on port 443
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 146.112.0.0/16,151.186.0.0/16,155.190.0.0/16 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -p tcp -j REJECT --reject-with tcp-reset
COMMIT
--- args
--service swg --from 10.20.0.0/16
--- expect
exit 1
swg-http@london permitted @6
swg-https@london denied opening @7
finding one-web-port @7
state Cloud service unavailable
filter ip.addr == 146.112.0.0/16 or ip.addr == 151.186.0.0/16 or ip.addr == 155.190.0.0/16
