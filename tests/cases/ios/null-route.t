--- title
What is routed to Null0 is discarded
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip route 208.67.222.222 255.255.255.255 Null0
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied @7
