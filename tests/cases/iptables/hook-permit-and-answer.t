--- title
A permit alone is no mend where INPUT drops the answers: both lines are proposed
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 denied opening @4
help -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
