--- title
A netmask with holes is exact
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
access-list IN extended permit ip 10.0.0.1 255.0.0.255 any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --from 10.1.7.1 --from 10.1.99.1
--- expect
exit 0
dns-udp-443 permitted @10
dns-udp-53 permitted @10
dns-tcp-53 permitted @10
dns-tcp-443 permitted @10
