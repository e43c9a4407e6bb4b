--- title
Lock-and-key opens for who logged in
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group 101 in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 101 permit tcp any any eq telnet
access-list 101 dynamic LOGIN timeout 10 permit ip any any
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided @9
condition dns-udp-443 dynamic LOGIN
