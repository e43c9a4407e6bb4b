--- title
same-security-traffic permits the way back out
--- input asa.cfg
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
same-security-traffic permit intra-interface
access-list IN extended permit ip any any
access-group IN in interface inside
route inside 0.0.0.0 0.0.0.0 10.1.0.254 1
--- args
--service dns --in-interface inside
--- expect
exit 0
dns-udp-443 permitted @11
