--- title
A managed device without the command that its manager writes: the text is a part
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
access-list CSM_FW_ACL_ remark rule-id 268434433: L4 RULE: dns
access-list CSM_FW_ACL_ advanced permit udp ifc inside any ifc outside any eq domain rule-id 268434433 event-log flow-end
access-list CSM_FW_ACL_ advanced trust udp ifc inside any ifc outside any eq 443 rule-id 268434434
access-list CSM_FW_ACL_ advanced deny ip any any rule-id 268434432 event-log flow-start
access-group CSM_FW_ACL_ global
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 undecided
condition dns-udp-443 `same-security-traffic permit inter-interface` is not in the text
dns-tcp-443 denied
