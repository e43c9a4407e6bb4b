--- title
Equal levels need same-security-traffic permit inter-interface
--- input asa.cfg
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 100
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --in-interface inside --out-interface outside
--- expect
exit 1
dns-udp-443 denied opening
dns-udp-53 denied opening
dns-tcp-53 denied opening
dns-tcp-443 denied opening
