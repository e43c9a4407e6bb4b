--- title
A rule set that filters only the machine itself is judged as forwarding, with the flag named
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @3
finding hook-assumed @3
help if these are the rules of the client machine itself, judge what it sends with `--hook output`
