--- title
Since 8.3 a list on the way out sees the real source
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
object network LAN
 subnet 10.1.0.0 255.255.0.0
 nat (inside,outside) dynamic interface
access-list OUT extended permit ip 10.1.0.0 255.255.0.0 any
access-group OUT out interface outside
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
