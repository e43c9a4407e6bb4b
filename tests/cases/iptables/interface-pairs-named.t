--- title
The same with the interfaces given is decided
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 0
dns-udp-443 permitted @4
dns-udp-53 permitted @4
dns-tcp-53 permitted @4
dns-tcp-443 permitted @4
