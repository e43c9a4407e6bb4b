--- title
Groups of groups are resolved
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
object network R1
 host 208.67.222.222
object-group network ONE
 network-object object R1
object-group network BOTH
 group-object ONE
 network-object host 208.67.220.220
access-list IN extended permit udp any object-group BOTH
access-list IN extended permit tcp any object-group ONE
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 permitted @17
dns-udp-443 permitted @17
dns-tcp-443 partly-denied opening @19
finding one-protocol @19
