--- title
A bitmap of ports is for TCP and UDP
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set PORTS dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create PORTS bitmap:port range 0-1023
add PORTS 53
add PORTS 443
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
dns-tcp-53 permitted @4
