--- title
RETURN in a user chain goes on after the call
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:GUARD - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j GUARD
-A FORWARD -j ACCEPT
-A GUARD -p udp --dport 443 -j RETURN
-A GUARD -p udp -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @6
dns-udp-53 denied opening @8
dns-tcp-53 permitted @6
