--- title
A rule with an application is deployed as a permit and decided later
--- input asa.cfg
NGFW Version 7.2.4
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 0
 ip address 10.1.0.1 255.255.0.0
same-security-traffic permit inter-interface
access-list CSM_FW_ACL_ remark rule-id 268434433: L7 RULE: no-games
access-list CSM_FW_ACL_ advanced permit udp any any rule-id 268434433
access-list CSM_FW_ACL_ advanced permit ip any any rule-id 268434432
access-group CSM_FW_ACL_ global
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-443 permitted @13
