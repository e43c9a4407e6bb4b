--- title
A more specific route chooses the way out, and its list decides
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
interface GigabitEthernet0/2
 nameif dmz
 security-level 50
 ip address 10.9.0.1 255.255.255.0
access-list IN extended permit ip any any
access-group IN in interface inside
access-list DMZ_OUT extended deny ip any any
access-group DMZ_OUT out interface dmz
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
route dmz 208.67.222.0 255.255.255.0 10.9.0.2 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied @16
dns-tcp-443 partly-denied @16
