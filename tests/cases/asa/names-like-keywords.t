--- title
Names of objects may be keywords
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
object network any-log-inactive
 host 208.67.222.222
object-group network remark(1)
 network-object object any-log-inactive
 network-object host 208.67.220.220
access-list IN extended permit udp any object-group remark(1) log inactive
access-list IN extended permit udp any object-group remark(1) log 6 interval 60
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @16
dns-tcp-443 denied
