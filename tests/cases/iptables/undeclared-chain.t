--- title
A jump to a chain that is not declared has an unknown outcome
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j NOWHERE
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-443 permitted @5
finding undeclared-chain @4
