--- title
Expansions of a complete listing stand for groups that are missing
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
access-list IN line 1 extended permit udp any object-group R (hitcnt=0) 0x11
  access-list IN line 1 extended permit udp any host 208.67.222.222 (dns-a) (hitcnt=3) 0x12
  access-list IN line 1 extended permit udp any host 208.67.220.220 (dns-b) (hitcnt=0) 0x13
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @11
dns-tcp-443 denied
no-finding undefined-name
