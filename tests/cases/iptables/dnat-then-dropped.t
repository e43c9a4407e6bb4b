--- title
A packet that is rewritten and then dropped is denied: the rewrite does not matter
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.53
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 10.0.0.53/32 -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @8
dns-tcp-53 permitted
