--- title
What no rule takes is decided by the policy, at its line
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @2
dns-udp-53 denied opening @2
dns-tcp-53 permitted @4
state Unprotected
finding one-protocol
