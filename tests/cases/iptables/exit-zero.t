--- title
--exit-zero reports as ever and exits with 0
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --exit-zero
--- expect
exit 0
dns-udp-443 denied opening @2
dns-udp-53 denied opening @2
dns-tcp-53 denied opening @2
dns-tcp-443 denied opening @2
