--- title
A permit for another port comes near in an IPv6 dump
--- input rules.v6
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 2620:119:35::35/128 -p udp -m udp --dport 5353 -j ACCEPT
COMMIT
--- args
--service dns --from 2001:db8:20::/48
--- expect
exit 1
dns-udp-53 denied opening @2
finding near-miss @4
