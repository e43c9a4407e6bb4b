--- title
The output of ipset list, with a comment and a timeout
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
Name: CLIENTS
Type: hash:net
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 timeout 0 comment bucketsize 12 initval 0x0102ffee
Size in memory: 1240
References: 1
Number of entries: 2
Members:
10.0.0.0/9 timeout 0 comment "the older half"
10.128.0.0/9 timeout 86399
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
finding tolerated @10
