--- title
An inactive ACE has no effect, and an object may be called inactive
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
object network inactive
 host 208.67.222.222
access-list IN extended permit ip any any inactive
access-list IN extended permit tcp any object inactive eq 8080
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 denied opening @14
dns-tcp-53 denied opening @14
finding permit-ineffective
