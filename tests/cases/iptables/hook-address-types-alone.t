--- title
Without translations no packet goes round, and types of addresses are exact
--- input rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -p udp -m addrtype --dst-type LOCAL -j ACCEPT
-A INPUT -p tcp -m addrtype --dst-type UNICAST -j ACCEPT
-A OUTPUT -m addrtype --src-type LOCAL --dst-type UNICAST -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 permitted @6
dns-tcp-443 denied answer @2
