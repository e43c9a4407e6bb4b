--- title
Requests and answers have lists of their own, and both permit
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 permit ip 10.20.0.0 0.0.255.255 any
ip access-list extended OUTSIDE
 permit tcp any any established
 permit udp host 208.67.222.222 any
 permit udp host 208.67.220.220 any
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
assumes flows leave by `GigabitEthernet0/0`
assumes 10.20.0.0/16
