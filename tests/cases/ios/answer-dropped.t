--- title
Lists are stateless: without an entry for the answers the request alone gets out
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
 deny udp any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied answer @13
dns-tcp-443 permitted
finding answer-dropped @13
help ip access-list extended OUTSIDE
help permit udp host 208.67.222.222 eq 443 10.20.0.0 0.0.255.255
