--- title
Only one of the two resolvers, which works until a failover
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -d 208.67.222.222/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -j REJECT --reject-with icmp-admin-prohibited
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 partly-denied opening @8
finding one-resolver @8
no-finding no-permit
state Protected, encrypted
capture udp 443 to 208.67.220.220/32: the ICMP error icmp-admin-prohibited at once
capture udp 443 to 208.67.222.222/32: answers
