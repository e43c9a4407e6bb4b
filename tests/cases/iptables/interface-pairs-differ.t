--- title
Where the answer depends on the interfaces, they are named
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-53 undecided
finding undecided
condition dns-udp-443 --in-interface
