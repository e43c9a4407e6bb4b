--- title
Hardware addresses of clients are not known
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set DESKS src,src -j ACCEPT
COMMIT
--- ipset sets.ipset
create DESKS bitmap:ip,mac range 10.0.0.0/24
add DESKS 10.0.0.1,02:00:00:00:00:01
--- args
--service dns --from 10.0.0.0/30
--- expect
exit 1
dns-udp-443 partly-denied opening @2
condition dns-udp-443 the hardware addresses of clients are not known
