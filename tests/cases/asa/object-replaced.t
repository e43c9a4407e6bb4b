--- title
An object has one value: a later one takes its place
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
object network R
 host 198.51.100.1
object network R
 subnet 208.67.216.0 255.255.248.0
access-list IN extended permit udp any object R
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @14
dns-tcp-443 denied
