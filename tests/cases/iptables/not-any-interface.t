--- title
`! -i +` matches nothing
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD ! -i + -j DROP
-A FORWARD -i + -p udp -j ACCEPT
-A FORWARD -j REJECT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @5
dns-tcp-443 denied opening @6
