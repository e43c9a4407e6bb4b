--- title
Where every inner interface is switched off, nothing is known of clients
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 shutdown
ip route 0.0.0.0 0.0.0.0 203.0.113.1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
assumes no interface is left by which clients could enter
