--- title
Groups that contain each other are found
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
object-group network A
 group-object B
object-group network B
 group-object A
ip access-list extended LAN
 permit ip object-group A any
--- args
--service dns
--- expect
exit 3
finding chain-loop
dns-udp-443 undecided
