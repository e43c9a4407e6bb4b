--- title
RETURN in a built-in chain applies the policy
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32 -j RETURN
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 partly-denied opening @2
dns-tcp-53 partly-denied opening @2
finding one-resolver
