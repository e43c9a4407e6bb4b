--- title
A user may have to log in before the first flow
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
access-list AUTH extended permit tcp any any eq 443
aaa authentication match AUTH inside LOCAL
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-tcp-443 undecided
dns-udp-443 permitted
finding may-divert @12
