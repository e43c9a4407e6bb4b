--- title
A packet whose limit of hops is made small may not arrive
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -j TTL --ttl-set 1
-A PREROUTING -p tcp -j TTL --ttl-set 64
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 undecided
dns-tcp-53 permitted @8
