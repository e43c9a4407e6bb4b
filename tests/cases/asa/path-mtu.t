--- title
ICMP errors that are dropped on the way back are noted
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
access-list OUTSIDE extended permit icmp any any echo-reply
access-group IN in interface inside
access-group OUTSIDE in interface outside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
finding path-mtu @13
help access-list OUTSIDE line 1 extended permit icmp any4 any4 unreachable
