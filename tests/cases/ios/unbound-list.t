--- title
A list that nothing uses is named
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 permit ip 10.20.0.0 0.0.255.255 any
--- args
--service dns
--- expect
exit 0
finding unbound-acl @7
