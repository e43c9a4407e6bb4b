--- title
Counters of iptables-save -c change nothing
--- input rules.v4
*filter
:FORWARD DROP [1234:567890]
[99999999999:1] -A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
[0:0] -A FORWARD -p udp -m udp --dport 53 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @4
dns-udp-443 denied opening @2
rejected 0
