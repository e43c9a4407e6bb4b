--- title
Whom the translation's list denies, goes out untranslated
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
ip nat inside source list 101 interface GigabitEthernet0/0 overload
access-list 101 deny ip any host 208.67.222.222
access-list 101 permit ip any any
ip access-list extended OUT
 deny ip 10.0.0.0 0.255.255.255 any
 permit ip any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied opening @14
