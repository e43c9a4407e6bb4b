--- title
A permit on a list that is bound outwards does not permit what enters
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
access-group IN in interface inside
access-group ROAM out interface outside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @16
finding permit-ineffective @15
