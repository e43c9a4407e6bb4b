--- title
The hit count of the guilty line is shown
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
access-list IN; 2 elements; name hash: 0x2f1
access-list IN line 1 extended deny udp any any eq 443 (hitcnt=4711) 0x11
access-list IN line 2 extended permit ip any any (hitcnt=9) 0x12
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @11
note 4711 packets
