--- title
A line that is not understood may match anything and do anything
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 443 -j ACCEPT
-A FORWARD --frobnicate -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 permitted @4
dns-udp-53 undecided
dns-tcp-53 undecided
finding unknown-line @5
