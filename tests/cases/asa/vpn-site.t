--- title
The far side of a site-to-site tunnel passes by the lists of interfaces
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
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
same-security-traffic permit intra-interface
access-list OUTSIDE extended deny ip any any
access-group OUTSIDE in interface outside
access-list TO-PLANT extended permit ip 10.1.0.0 255.255.0.0 10.99.0.0 255.255.0.0
crypto map M 10 match address TO-PLANT
crypto map M 10 set peer 198.51.100.1
crypto map M interface outside
tunnel-group 198.51.100.1 type ipsec-l2l
--- args
--service dns --in-interface outside --from 10.99.0.4/30
--- expect
exit 0
dns-udp-443 permitted
