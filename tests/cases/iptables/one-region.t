--- title
Only the region of the office is permitted; a DNS answer can name another
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 146.112.252.0/24,146.112.56.0/24 -p tcp -m multiport --dports 80,443 -j ACCEPT
COMMIT
--- args
--service swg --region london --region paris --region frankfurt --from 10.20.0.0/16
--- expect
exit 1
swg-https@london permitted @6
swg-https@paris denied opening @3
swg-http@frankfurt denied opening @3
finding one-region @3
no-finding no-permit
state Cloud service unavailable when the DNS answer points there
