--- title
Inspection lets answers of the inspected protocols pass
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip inspect FW in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip inspect name FW udp
ip inspect name FW dns
ip access-list extended OUTSIDE
 deny ip any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 denied answer @12
