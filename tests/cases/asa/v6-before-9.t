--- title
Before 9.0 each family has lists of its own
--- input asa.cfg
ASA Version 8.4(7)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
 ipv6 address 2001:db8:1::1/64
access-list IN extended permit ip any any
ipv6 access-list IN6 permit tcp any any eq 443
access-group IN in interface inside
access-group IN6 in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
ipv6 route outside ::/0 2001:db8::1
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied opening @14
dns-tcp-443 permitted @11,12
