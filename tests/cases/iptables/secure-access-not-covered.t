--- title
The blocks of Umbrella are permitted, and the clients use Secure Access
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 146.112.0.0/16,151.186.0.0/16,155.190.0.0/16 -p tcp -m multiport --dports 80,443 -j ACCEPT
COMMIT
--- args
--product secure-access --service swg --from 10.20.0.0/16
--- expect
exit 0
swg-https@london:test denied opening @3
finding secure-access-not-covered @3
no-finding no-permit
help permit those of the list that the vendor gives to your organization
not-judged swg-https -
state cannot tell
