--- title
raw sees the answer before source translation is undone, so a drop of the clients' network does not catch it
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.0.0/8 -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 10.0.0.0/8 -j SNAT --to-source 203.0.113.9
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @12
dns-udp-53 permitted @12
dns-tcp-53 permitted @12
dns-tcp-443 permitted @12
