--- title
A drop of SYN is a drop of the opening packet; one of ACK is not
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -p tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -j DROP
-A FORWARD -p tcp --dport 53 --tcp-flags SYN,ACK ACK -j DROP
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-tcp-443 denied opening @3
dns-tcp-53 denied later @4
dns-udp-443 permitted @5
