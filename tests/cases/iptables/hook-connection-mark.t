--- title
A connection mark set in OUTPUT is seen in INPUT, a packet mark is not
--- input rules.v4
*mangle
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp -j CONNMARK --set-mark 7
-A OUTPUT -p tcp -j MARK --set-mark 7
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p udp -m connmark --mark 7 -j ACCEPT
-A INPUT -p tcp -m mark --mark 7 -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-443 denied answer @7
