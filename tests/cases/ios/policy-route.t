--- title
A route map at the interface may choose another way out
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip policy route-map WAY
ip route 0.0.0.0 0.0.0.0 203.0.113.1
route-map WAY permit 10
 match ip address 110
 set ip next-hop 198.51.100.1
access-list 110 permit udp any any eq 443
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided @6
dns-udp-53 permitted
