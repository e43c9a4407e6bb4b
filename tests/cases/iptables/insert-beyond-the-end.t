--- title
A rule that is inserted or replaced behind the end of its chain leaves the chain open
--- input rules.v4
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp -j ACCEPT
-R FORWARD 2 -p udp -j DROP
-I FORWARD 5 -p tcp -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
finding unknown-line @4
finding unknown-line @5
dns-udp-53 undecided
