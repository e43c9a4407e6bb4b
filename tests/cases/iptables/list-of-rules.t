--- title
The output of iptables -S is a filter table
--- input rules.v4
-P INPUT ACCEPT
-P FORWARD DROP
-P OUTPUT ACCEPT
-N CLIENTS
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j CLIENTS
-A CLIENTS -p udp -m udp --dport 443 -j ACCEPT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @7
dns-udp-53 denied opening @2
format iptables
