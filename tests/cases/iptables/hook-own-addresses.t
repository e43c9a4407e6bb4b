--- title
The machine's own addresses are those of its permits
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A OUTPUT -s 192.168.7.20/32 -j ACCEPT
COMMIT
--- args
--service dns --hook output
--- expect
exit 0
dns-udp-443 permitted @4
assumes the addresses of the machine of `rules.v4` are taken to be 192.168.7.20/32
