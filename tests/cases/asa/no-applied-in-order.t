--- title
A line that is taken back by its words is gone, whatever its number and logging
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
access-list IN extended permit udp any any eq 53 log
access-list IN extended permit tcp any any eq 53
no access-list IN line 1 extended permit udp any any eq 53
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 denied opening @13
dns-tcp-53 permitted @11
