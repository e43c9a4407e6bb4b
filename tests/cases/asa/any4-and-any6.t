--- title
From 9.0 any is both families, any4 and any6 are one
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
 ipv6 address 2001:db8:1::1/64
access-list IN extended permit udp any any
access-list IN extended permit tcp any4 any4
access-list IN extended deny tcp any6 any6
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
ipv6 route outside ::/0 2001:db8::1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @11
dns-tcp-443 partly-denied opening @13
