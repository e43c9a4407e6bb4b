--- title
A list that looks as if it were to filter and is bound to nothing is named
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
access-list inside_access_in extended permit udp any any
access-list VPNFILTER extended permit ip any any
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
finding unbound-acl @10
help access-group inside_access_in in interface inside
