--- title
`0.0.255.0` leaves the third part open
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 deny ip 10.20.0.7 0.0.255.0 any
 permit ip any any
--- args
--service dns --from 10.20.9.8/32
--- expect
exit 0
dns-udp-443 permitted
