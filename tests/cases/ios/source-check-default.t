--- title
`allow-default` lets it pass
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip verify unicast source reachable-via rx allow-default
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
