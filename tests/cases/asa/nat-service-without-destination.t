--- title
A translation of destination ports needs no destination to divert
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
object service DNS
 service udp destination eq domain
object service OWN
 service udp destination eq 5353
nat (inside,outside) source dynamic any interface service DNS OWN
--- args
--service dns
--- expect
exit 1
dns-udp-53 intercepted @15
dns-tcp-53 permitted
dns-udp-443 permitted
