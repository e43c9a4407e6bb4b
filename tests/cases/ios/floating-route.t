--- title
A default route with a greater distance waits
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
interface GigabitEthernet0/2
 ip address 198.51.100.2 255.255.255.252
 ip access-group NONE out
ip route 0.0.0.0 0.0.0.0 198.51.100.1 250
ip access-list extended NONE
 deny ip any any
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
