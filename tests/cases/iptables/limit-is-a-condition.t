--- title
A limit passes some of the packets, nobody knows which
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m limit --limit 10/sec -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
dns-udp-53 undecided
dns-tcp-53 permitted @5
condition dns-udp-443 limit
opaque 1
state cannot tell
finding limit-in-front @4
no-finding undecided
note permitted only while `-m limit --limit 10/sec`
help insert above line 4:
