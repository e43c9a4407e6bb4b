--- title
Chains that call each other in a circle are found, and what enters them is undecided
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:A - [0:0]
:B - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp --dport 53 -j A
-A FORWARD -j ACCEPT
-A A -j B
-A B -j A
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 undecided
dns-udp-443 permitted @7
finding chain-loop
