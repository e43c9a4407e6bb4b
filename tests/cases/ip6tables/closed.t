--- title
A rule base that drops everything
--- input rules.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -p ipv6-icmp --icmpv6-type echo-request -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-443 denied opening @2
dns-udp-53 denied opening @2
dns-tcp-53 denied opening @2
dns-tcp-443 denied opening @2
state Unprotected
not-judged dns-tcp-53 ipv4
