--- title
A set of ports that the IPv6 rules of the firewall fill is no constant for its IPv4 rules either
--- input fw.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set OPEN dst -j ACCEPT
COMMIT
--- input fw.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -p udp -j SET --del-set OPEN dst
COMMIT
--- ipset sets.ipset
create OPEN bitmap:port range 0-65535
add OPEN 53
add OPEN 443
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided opening
condition dns-udp-443 the rules change set OPEN while they run
