--- title
Answers pass by the connection table, whatever the outside list says
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
access-list IN extended permit ip any any
access-list OUTIN extended deny ip any any
access-group IN in interface inside
access-group OUTIN in interface outside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @10
dns-udp-53 permitted @10
dns-tcp-53 permitted @10
dns-tcp-443 permitted @10
