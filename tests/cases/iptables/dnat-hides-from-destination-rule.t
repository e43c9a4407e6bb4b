--- title
FORWARD sees the new destination, so a drop of the resolvers does not catch the rewritten flow
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp --dport 53 -j DNAT --to-destination 10.0.0.53
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.0.0/16 -p tcp -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-53 intercepted @3
dns-tcp-443 denied opening @8
