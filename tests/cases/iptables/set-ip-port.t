--- title
A port without a protocol is one of TCP
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set RESOLVERS dst,dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create RESOLVERS hash:ip,port family inet
add RESOLVERS 208.67.222.222,53
add RESOLVERS 208.67.220.220,tcp:53
add RESOLVERS 208.67.222.222,udp:443-444
add RESOLVERS 208.67.220.220,udp:https
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @4
dns-tcp-53 permitted @4
dns-udp-53 denied opening @2
opaque 0
