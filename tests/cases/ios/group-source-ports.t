--- title
A service group with source ports
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
object-group service ANSWERS
 udp source eq 53
 udp source eq 443
ip access-list extended OUTSIDE
 permit object-group ANSWERS any any
 permit tcp any any established
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
