--- title
A set whose contents were not given
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create OTHERS hash:net family inet
add OTHERS 10.0.0.0/8
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
condition dns-udp-443 the contents of set CLIENTS were not given; give them with --ipset FILE
opaque 1
