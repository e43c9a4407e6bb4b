--- title
A firewall by name may have files of any names; a name given twice adds its files
--- input edge.conf
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
--- input other.txt
*filter
:FORWARD DROP [0:0]
-A FORWARD -s fd00::/8 -p tcp -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --firewall hq=other.txt --firewall hq=edge.conf
--- expect
exit 1
rule-set hq: other.txt edge.conf
dns-tcp-443 permitted @3
dns-udp-443 partly-denied opening @2
