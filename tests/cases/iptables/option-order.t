--- title
The order of options is free
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT -d 208.67.222.222,208.67.220.220 --dport https -p udp
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @4
dns-udp-53 denied opening @2
rejected 0
