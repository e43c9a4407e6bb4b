--- title
Where the request is untracked, the connection is the server's own, and its original source is the server
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p udp -j NOTRACK
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp -m conntrack --ctorigdstport 53 -j DROP
-A FORWARD -p udp -m conntrack --ctorigsrcport 443 -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted
dns-udp-443 denied answer @8
