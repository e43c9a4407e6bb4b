--- title
A set of pairs of networks
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set PAIRS src,dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create PAIRS hash:net,net family inet
add PAIRS 10.0.0.0/8,208.67.222.0/24
add PAIRS 10.0.0.0/8,208.67.220.0/24
add PAIRS 10.0.0.0/16,208.67.0.0/16
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
opaque 0
