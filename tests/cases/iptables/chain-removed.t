--- title
A chain that is removed is no chain any more
--- input rules.v4
*filter
:FORWARD ACCEPT [0:0]
-N USERS
-A USERS -j ACCEPT
-X USERS
-A FORWARD -p udp -j USERS
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
finding undeclared-chain @6
dns-udp-53 undecided
dns-tcp-53 permitted
