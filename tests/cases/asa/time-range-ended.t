--- title
An absolute time range that has ended leaves the ACE without effect
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
time-range FAIR
 absolute start 08:00 01 March 2025 end 18:00 31 March 2025
access-list IN extended permit ip any 208.67.0.0 255.255.0.0 time-range FAIR
access-list IN extended permit tcp any any eq www
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-53 denied opening @14
dns-tcp-53 denied opening @14
