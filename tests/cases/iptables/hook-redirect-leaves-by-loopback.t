--- title
filter OUTPUT sees the interface of the first destination, POSTROUTING loopback
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports 5353
COMMIT
*mangle
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o lo -p udp --dport 5353 -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A OUTPUT -o eth0 -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5 --out-interface eth0
--- expect
exit 1
dns-udp-53 denied opening @7
dns-udp-443 permitted @12
