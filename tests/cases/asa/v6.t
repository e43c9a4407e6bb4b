--- title
A unified list on an interface with an IPv6 address judges both families
--- input asa.cfg
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
 ipv6 address 2001:db8:2::2/64
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
 ipv6 address 2001:db8:1::1/64
access-list IN extended permit udp any4 any4
access-list IN extended permit udp any6 host 2620:119:35::35
access-list IN extended permit tcp any any
access-group IN in interface inside
ipv6 route outside ::/0 2001:db8:2::1
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-tcp-443 permitted @14
dns-udp-443 partly-denied opening @15
