--- title
A comment behind a member is no part of it
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
object-group service S
 service-object udp destination eq 443   ! encrypted
 service-object udp eq domain !
access-list IN extended permit object-group S any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @13
dns-udp-53 permitted @13
dns-tcp-443 denied
rejected 0
