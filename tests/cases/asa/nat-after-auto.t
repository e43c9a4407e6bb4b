--- title
Object translation comes before after-auto lines
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
object network OPENDNS
 host 208.67.222.222
object network OURS
 host 198.51.100.53
object network SERVER
 host 198.51.100.9
 nat (outside,inside) static 208.67.222.222
access-list IN extended permit ip any any
nat (inside,outside) after-auto source dynamic any interface destination static OPENDNS OURS
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 intercepted @16
