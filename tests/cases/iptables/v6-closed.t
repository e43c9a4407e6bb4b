--- title
The IPv4 half of a firewall is open, and its IPv6 half drops everything
--- input fw.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -j ACCEPT
COMMIT
--- input fw.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -j DROP
COMMIT
--- args
--service dns --from 10.20.0.0/16 --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-443 partly-denied
finding v6-closed @3
help insert above line 3
