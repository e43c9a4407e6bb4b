--- title
No rule can lead to a built-in chain; iptables refuses it
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp -j INPUT
-A INPUT -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
rejected 1
finding unknown-line @4
dns-udp-53 undecided
dns-tcp-53 permitted
