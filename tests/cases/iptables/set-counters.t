--- title
What a set has counted is not in the text; whether it counts plays no part
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32 -m set --match-set CLIENTS src --packets-gt 5 -j ACCEPT
-A FORWARD -d 208.67.220.220/32 -m set --match-set CLIENTS src ! --update-counters -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet counters
add CLIENTS 10.0.0.0/8 packets 7 bytes 532
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
condition dns-udp-443 the text does not tell what set CLIENTS has counted
opaque 1
