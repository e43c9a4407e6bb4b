--- title
A wildcard mask where a netmask belongs makes the ACE unknown
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
access-list IN extended permit udp 10.1.0.0 0.0.255.255 any
access-list IN extended permit tcp 10.1.0.0 255.255.0.0 any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-53 undecided
dns-tcp-53 permitted @11
finding wildcard-as-netmask @10
