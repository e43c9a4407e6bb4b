--- title
Two default routes share the load: both lists count
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group WEB out
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
interface GigabitEthernet0/2
 ip address 198.51.100.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 198.51.100.1
ip access-list extended WEB
 permit tcp any any
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-443 permitted
