--- title
A script with CRLF, comments, other text and old spelling
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set CLIENTS src -j ACCEPT
COMMIT
--- ipset sets.ipset crlf
root@fw:~# cat sets
# clients
-N OLD nethash --hashsize 128
-A OLD 192.0.2.0/24
create -exist CLIENTS hash:net
add CLIENTS 10.9.0.0/16 -exist
flush CLIENTS
add CLIENTS 10.0.0.0/8
destroy OLD
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
finding tolerated @1
