--- title
Among static object lines the one for fewer addresses comes first
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
object network NET
 subnet 198.51.100.0 255.255.255.0
 nat (outside,inside) static 208.67.222.0
object network ONE
 host 192.0.2.9
 nat (outside,inside) static 208.67.222.222
access-list IN extended permit ip any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 intercepted @15
