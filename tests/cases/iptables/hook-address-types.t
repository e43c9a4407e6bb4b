--- title
Behind nat OUTPUT the destination may be the machine itself, so what type it has is open there
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j REDIRECT
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT
-A OUTPUT -p udp -m addrtype --src-type LOCAL -j ACCEPT
-A OUTPUT -p tcp -m addrtype --dst-type UNICAST -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 3
dns-udp-443 permitted @9
dns-tcp-443 undecided
condition dns-tcp-443 -m addrtype --dst-type UNICAST
assumes a required flow goes from an address of the machine
