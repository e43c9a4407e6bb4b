--- title
REDIRECT to a firewall whose INPUT drops is a denial
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 53 -j REDIRECT
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @6
dns-tcp-53 permitted @7
