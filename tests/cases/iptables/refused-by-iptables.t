--- title
What iptables refuses is said at its place and leaves its packets open
--- input rules.v4
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -j SNAT --to-source 192.0.2.1:1024-2000
COMMIT
*mangle
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -m policy --dir in --pol none -j ACCEPT
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -t nat -p 41 -j ACCEPT
-A FORWARD -m state --state DNAT -p 41 -j ACCEPT
-A FORWARD -p 41 -j REJECT --reject-with tcp-reset
-A FORWARD -p any -j ACCEPT
-A FORWARD -p tcp --dport DOMAIN -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
rejected 7
finding unknown-line @3
finding invalid-value @7
finding unknown-line @11
finding invalid-value @12
finding unknown-line @13
finding invalid-value @14
finding invalid-value @15
