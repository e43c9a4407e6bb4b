--- title
A rule that is deleted in other words than it was added leaves the chain open
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 53 -j ACCEPT
-D FORWARD -p udp -m udp --dport 53:53 -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
finding unknown-line @5
dns-udp-53 undecided
dns-tcp-53 undecided
