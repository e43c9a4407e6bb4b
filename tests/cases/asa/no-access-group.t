--- title
--from a network that no interface leads to is judged all the same
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
access-list IN extended permit udp 192.168.7.0 255.255.255.0 any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --from 192.168.7.0/24 --in-interface inside
--- expect
exit 1
dns-udp-53 permitted @10
dns-tcp-53 denied opening @11
