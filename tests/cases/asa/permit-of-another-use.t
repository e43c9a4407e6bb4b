--- title
A list that another line uses is not taken for a lost permit
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
 ip address 10.2.0.1 255.255.0.0
access-list IN extended permit tcp any any eq www
access-list ROAM extended permit udp any 208.67.0.0 255.255.0.0
class-map C
 match access-list ROAM
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
no-finding permit-ineffective
