--- title
A mark that comes from a set is not known
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m mark --mark 0x1 -j DROP
-A FORWARD -j ACCEPT
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j SET --map-set CLIENTS src --map-mark
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet skbinfo
add CLIENTS 10.0.0.0/8 skbmark 0x1
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
opaque 0
