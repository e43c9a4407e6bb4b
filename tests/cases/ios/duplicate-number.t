--- title
A number that is taken is refused
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 10 permit ip any any
 10 deny ip any any
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
finding tolerated @10
