--- title
lt and gt leave the port itself out; a range has both ends
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 150 remark x
ip access-list extended LAN
 permit udp any any lt 53
 permit udp any any gt 53
 permit tcp any any range 53 443
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-udp-53 denied @6
dns-tcp-53 permitted
dns-tcp-443 permitted
