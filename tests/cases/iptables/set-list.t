--- title
A list of sets with one and with two parts
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set ALL dst,dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create PARTNERS hash:net family inet
add PARTNERS 208.67.222.0/24
create RESOLVERS hash:ip,port family inet
add RESOLVERS 208.67.220.220,udp:443
create SIX hash:ip family inet6
add SIX 2001:db8::1
create ALL list:set size 8
add ALL PARTNERS
add ALL RESOLVERS after PARTNERS
add ALL SIX
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @4
dns-udp-53 partly-denied opening @2
opaque 0
