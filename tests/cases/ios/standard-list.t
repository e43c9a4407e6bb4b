--- title
A standard list asks for the source only; an address alone is a host
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group 10 in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 10 permit 10.20.1.1
access-list 10 permit 10.20.2.0 0.0.0.255
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied @6
