--- title
Before 9.5 a route by an interface for management may win
--- input asa.cfg
ASA Version 9.4(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
interface GigabitEthernet0/2
 nameif other
 security-level 100
 ip address 198.51.100.2 255.255.255.252
 management-only
route outside 0.0.0.0 0.0.0.0 203.0.113.1 10
route other 0.0.0.0 0.0.0.0 198.51.100.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
