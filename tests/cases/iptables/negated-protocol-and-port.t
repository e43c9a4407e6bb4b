--- title
`! -p` and `! --dport`
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD ! -p udp -j DROP
-A FORWARD -p udp ! --dport 53 -j REJECT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-53 denied opening @4
dns-tcp-443 denied @4
dns-udp-443 denied opening @5
dns-udp-53 permitted @6
denial dns-udp-443 icmp-port-unreachable
state Protected, not encrypted
