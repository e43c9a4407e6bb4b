--- title
A set of two parts with one direction never matches (kernel-checked)
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set RESOLVERS dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create RESOLVERS hash:ip,port family inet
add RESOLVERS 208.67.222.222,udp:443
add RESOLVERS 208.67.220.220,udp:443
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @2
