--- title
--from-interface and --to-interface are other names of the flags
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --from-interface wan0 --to-interface lan0
--- expect
exit 1
dns-udp-443 denied opening @2
dns-udp-53 denied opening @2
dns-tcp-53 denied opening @2
dns-tcp-443 denied opening @2
