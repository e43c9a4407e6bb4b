--- title
A redirected packet comes in again by loopback, where INPUT can drop it
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports 5353
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT ! -i lo -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-53 denied opening @6
dns-udp-443 permitted
