--- title
`ip nat outside source static` sends who asks for the resolver elsewhere
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip nat outside
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip nat inside
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip nat outside source static 198.51.100.53 208.67.222.222
--- args
--service dns
--- expect
exit 1
dns-udp-443 intercepted @9
finding dns-intercepted
