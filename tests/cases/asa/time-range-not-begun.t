--- title
A time range that has not begun permits nothing
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
time-range LATER
 absolute start 00:00 01 July 2026
access-list IN extended permit udp any any time-range LATER
access-list IN extended permit tcp any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @14
dns-tcp-443 permitted
