--- title
A service group with protocols, and ports that mean the destination
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
object-group service DNS
 service-object udp destination eq domain
 service-object tcp destination eq 443
 service-object udp eq 443
access-list IN extended permit object-group DNS any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 permitted @14
dns-udp-443 permitted @14
dns-tcp-443 permitted @14
dns-tcp-53 denied opening @15
