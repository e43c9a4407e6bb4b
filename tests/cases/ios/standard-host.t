--- title
The host that a standard list permits gets through
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group 10 in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 10 permit 10.20.1.1
--- args
--service dns --from 10.20.1.1/32
--- expect
exit 0
dns-udp-443 permitted @8
