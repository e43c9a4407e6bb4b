--- title
Two dumps whose names differ in the family are one firewall: one result for each flow
--- input branch.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- input branch.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --from fd00::/8
--- expect
exit 1
rule-set branch: branch.v4 branch.v6
dns-udp-443 partly-denied opening @2
dns-tcp-443 partly-denied opening @2
finding v6-closed @2
state Protected, encrypted
state Unprotected
