--- title
The gateway is permitted on port 443 and not on port 80: no source says what the client shows
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 146.112.0.0/16,151.186.0.0/16,155.190.0.0/16 -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
--- args
--service swg --from 10.20.0.0/16
--- expect
exit 1
swg-https@london permitted @6
swg-http@london denied opening @3
finding one-web-port @3
no-finding no-permit
no-state swg
