--- title
A script may shorten the names of interfaces
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
interface GigabitEthernet0/10
 ip address 10.30.0.1 255.255.0.0
 shutdown
ip access-list extended LAN
 deny ip any any
interface Gi0/1
 no ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 gi0/0
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
assumes flows leave by
