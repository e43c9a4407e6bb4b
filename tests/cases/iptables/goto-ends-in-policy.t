--- title
A chain reached by goto from a built-in chain ends in the policy, not at the rule after the goto
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:UDP - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -g UDP
-A FORWARD -j ACCEPT
-A UDP -p udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @2
dns-udp-53 permitted @7
dns-tcp-443 permitted @6
