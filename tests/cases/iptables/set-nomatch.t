--- title
The longest network decides, and may be an exception (kernel-checked)
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset
create CLIENTS hash:net family inet
add CLIENTS 10.1.0.0/16 nomatch
add CLIENTS 10.0.0.0/8
add CLIENTS 10.1.2.0/24
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 partly-denied opening @2
finding no-permit
