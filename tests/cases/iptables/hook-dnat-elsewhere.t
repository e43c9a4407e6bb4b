--- title
After DNAT in OUTPUT the rules of OUTPUT still see the first way out, those of POSTROUTING do not
--- input rules.v4
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp -d 208.67.222.222 --dport 53 -j DNAT --to-destination 192.0.2.53
-A OUTPUT -p tcp -d 208.67.222.222 --dport 53 -j DNAT --to-destination 192.0.2.53
COMMIT
*mangle
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING ! -o eth0 -p tcp -j DROP
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
dns-udp-53 intercepted opening @3
dns-tcp-53 undecided
dns-udp-443 permitted @13
