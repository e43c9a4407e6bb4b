--- title
With --return-nomatch the exceptions match and the others do not (kernel-checked)
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src --return-nomatch -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet
add CLIENTS 10.1.0.0/16 nomatch
add CLIENTS 10.0.0.0/8
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 0
dns-udp-443 permitted @4
