--- title
NEW alone loses what the machine sends after its first packet
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 denied later @3
dns-tcp-443 denied later @3
help -A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
