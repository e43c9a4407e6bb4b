--- title
The answer of an untracked UDP request is NEW; where only ESTABLISHED comes in it is lost
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p udp --dport 53 -j NOTRACK
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied answer @6
dns-udp-443 permitted @8
