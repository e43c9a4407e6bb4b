--- title
None of all ports: one back end never matches it, the other forgets what is asked
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp ! --dport 0:65535 -j ACCEPT
-A FORWARD -p tcp -m tcp ! --tcp-flags NONE NONE -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
opaque 2
rejected 0
dns-udp-53 undecided
dns-tcp-53 undecided
