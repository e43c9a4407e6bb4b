--- title
A named list as an ASA writes it is a condition, and no list that is missing
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list LAN extended permit udp 10.20.0.0 255.255.0.0 any eq 443
access-list LAN extended deny ip any any log interval 300
--- args
--service dns
--- expect
exit 3
opaque 2
rejected 0
dns-udp-443 undecided
dns-udp-53 undecided
finding tolerated @8
