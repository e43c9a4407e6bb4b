--- title
Accepted whichever way the condition turns out is permitted
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m limit --limit 10/sec -j ACCEPT
-A FORWARD -m hashlimit --hashlimit-upto 5/sec --hashlimit-name x -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
no-finding undecided
