--- title
ACCEPT in mangle ends mangle only
--- input rules.v4
*mangle
:FORWARD ACCEPT [0:0]
-A FORWARD -j ACCEPT
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @6
dns-tcp-443 permitted @8
