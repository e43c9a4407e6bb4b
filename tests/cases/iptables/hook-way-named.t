--- title
The answer comes in by the interface by which the request left
--- input rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i eth+ -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A OUTPUT -o eth0 -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5 --out-interface eth0
--- expect
exit 0
dns-udp-443 permitted @5
