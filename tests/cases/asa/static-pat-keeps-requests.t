--- title
A static translation of a service changes no request of the server
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
object network SERVER
 host 10.1.0.53
object service INNER
 service tcp source eq 8443
object service OUTER
 service tcp source eq 443
nat (inside,outside) source static SERVER interface service INNER OUTER
object network SERVER
 nat (inside,outside) static interface service tcp 8443 443
--- args
--service dns
--- expect
exit 0
dns-tcp-443 permitted
