--- title
TPROXY takes DNS away from its server, or drops it
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j TPROXY --on-port 5353 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 3
dns-udp-53 undecided @3
dns-udp-443 permitted
finding undecided @3
