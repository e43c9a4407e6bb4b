--- title
A learned address is not in the text: a list that asks for it is open
--- input r1.cfg
hostname r1
interface Dialer1
 ip address negotiated
 ip nat outside
 ip access-group OUTSIDE in
interface Vlan1
 ip address 10.20.0.1 255.255.0.0
 ip nat inside
ip nat inside source list 1 interface Dialer1 overload
access-list 1 permit any
ip access-list extended OUTSIDE
 permit ip any host 203.0.113.2
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided @12
