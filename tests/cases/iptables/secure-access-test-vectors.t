--- title
Single observations are shown, and no line to permit them is proposed
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -p udp -m udp --dport 123 -j ACCEPT
COMMIT
--- args
--product secure-access --service swg --from 10.20.0.0/16
--- expect
exit 0
swg-https@singapore:test denied opening @3
finding no-permit @3
help these addresses are not sure enough to be permitted
no-help 3.0.39.255
no-help 18.135.112.200
state cannot tell
