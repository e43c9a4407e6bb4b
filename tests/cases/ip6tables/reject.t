--- title
The default reject over IPv6 is an ICMPv6 error
--- input rules.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 53 -j ACCEPT
-A FORWARD -j REJECT --reject-with icmp6-adm-prohibited
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-53 permitted @4
dns-udp-443 denied opening @6
denial dns-udp-443 icmp6-adm-prohibited
finding dns-443-missing
