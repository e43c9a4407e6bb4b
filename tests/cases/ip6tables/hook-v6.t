--- title
ip6tables has the same hooks
--- input rules.v6
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -s 2620:119::/32 -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A OUTPUT -d 2620:119:35::35/128 -p udp --dport 443 -j ACCEPT
-A OUTPUT -d 2620:119:53::53/128 -p udp --dport 443 -j ACCEPT
COMMIT
--- args
--service dns --hook output --from fd00::5
--- expect
exit 1
dns-udp-443 permitted
dns-udp-53 denied opening @3
