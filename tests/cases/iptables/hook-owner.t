--- title
Which process sends is not in the text
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A OUTPUT -p udp -m owner --uid-owner 1000 -j ACCEPT
-A OUTPUT -p tcp -m owner ! --uid-owner 0 -j ACCEPT
-A OUTPUT -p tcp -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 3
dns-udp-443 undecided
condition dns-udp-443 -m owner --uid-owner 1000
dns-tcp-443 permitted
