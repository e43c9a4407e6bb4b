--- title
With nat-control a source that is translated passes
--- input asa.cfg
ASA Version 8.2(5)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
nat-control
nat (inside) 1 10.1.0.0 255.255.0.0
global (outside) 1 interface
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @8
