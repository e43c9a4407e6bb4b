--- title
A route map chooses what is translated
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip nat outside
 ip access-group OUT out
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip nat inside
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip nat inside source route-map NET interface GigabitEthernet0/0 overload
route-map NET permit 10
 match ip address 101
access-list 101 permit ip any any
ip access-list extended OUT
 permit ip host 203.0.113.2 any
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
