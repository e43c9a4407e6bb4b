--- title
2000-2699 are extended, 1300-1999 standard
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group 1300 out
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group 2001 in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 2001 permit ip any any
access-list 1300 permit any
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
