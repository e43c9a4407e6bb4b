--- title
The list on the way out sees the translated source
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
ip nat inside source list 1 pool P overload
ip nat pool P 198.51.100.1 198.51.100.6 prefix-length 29
access-list 1 permit 10.20.0.0 0.0.255.255
ip access-list extended OUT
 permit ip 198.51.100.0 0.0.0.7 any
 deny ip any any
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
