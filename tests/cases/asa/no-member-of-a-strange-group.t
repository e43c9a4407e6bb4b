--- title
A group that holds none of the servers gets none
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
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
object-group network SERVERS
 network-object host 198.51.100.7
access-list IN extended permit ip any object-group SERVERS
access-list IN extended deny ip any any log
access-group IN in interface inside
--- args
--service dns
--- expect
exit 1
help above line 2 of the access list `IN`, which takes it first:
help access-list IN line 2 extended permit udp
