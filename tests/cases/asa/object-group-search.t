--- title
With object-group-search a listing counts members and shows none
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
object-group network R
 network-object host 208.67.222.222
access-list IN; 1 elements; name hash: 0x2f1
access-list IN line 1 extended permit udp any object-group R log informational 0x11
  access-list IN line 1 extended permit udp any(65537) object-group R(298) log informational interval 300 (hitcnt=5) 0x12
access-list IN line 2 extended permit tcp any any (hitcnt=0) 0x13
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied
dns-tcp-443 permitted
rejected 0
opaque 0
