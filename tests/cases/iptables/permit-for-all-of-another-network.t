--- title
That another network may go anywhere is no permit for these flows
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.99.0.0/16 -j ACCEPT
COMMIT
--- args
--from 10.20.0.0/16 --service dns
--- expect
exit 1
finding no-permit @3
no-finding permit-ineffective
