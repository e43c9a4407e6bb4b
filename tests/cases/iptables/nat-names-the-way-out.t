--- title
Where sources are translated is the way out
--- input rules.v4
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -j MASQUERADE
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i lan0 -o wan0 -j ACCEPT
-A FORWARD -i wan0 -j DROP
COMMIT
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @8
dns-udp-53 permitted @8
dns-tcp-53 permitted @8
dns-tcp-443 permitted @8
assumes the way out is `wan0`
