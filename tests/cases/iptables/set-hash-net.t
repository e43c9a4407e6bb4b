--- title
A set of networks as the source
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1a2b3c4d
add CLIENTS 10.0.0.0/9
add CLIENTS 10.128.0.0/9
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
opaque 0
