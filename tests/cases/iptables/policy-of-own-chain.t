--- title
A chain of one's own has no policy; iptables refuses one
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:USERS ACCEPT [0:0]
-A FORWARD -j USERS
-A FORWARD -j ACCEPT
-A USERS -p udp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
finding unknown-line @3
dns-udp-53 permitted @6
dns-tcp-53 undecided
