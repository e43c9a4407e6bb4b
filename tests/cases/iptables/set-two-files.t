--- title
Two files that define one set
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet
add CLIENTS 10.0.0.0/8
--- ipset more.ipset
create CLIENTS hash:net family inet
add CLIENTS 192.0.2.0/24
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
finding duplicate-set @1
