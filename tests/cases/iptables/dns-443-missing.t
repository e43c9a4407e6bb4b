--- title
Only our resolvers on port 53: port 443 is forgotten
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -p tcp -m tcp --dport 53 -j ACCEPT
-A FORWARD -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied opening @3
dns-tcp-443 denied opening @3
dns-udp-53 permitted @6
finding dns-443-missing @3
no-finding no-permit
state Protected, not encrypted
capture udp 443 to 208.67.222.222/32, 208.67.220.220/32: requests without any answer
capture udp 53 to 208.67.222.222/32, 208.67.220.220/32: answers
