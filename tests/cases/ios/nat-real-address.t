--- title
An outer list with the client's real address never sees it
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip nat outside
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip nat inside
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip nat inside source list 1 interface GigabitEthernet0/0 overload
access-list 1 permit 10.20.0.0 0.0.255.255
ip access-list extended OUTSIDE
 permit ip any 10.20.0.0 0.0.255.255
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied answer @5
help permit udp host 208.67.222.222 eq 443 any
