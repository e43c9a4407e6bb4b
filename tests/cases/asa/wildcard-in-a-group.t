--- title
A wildcard mask in a group is said, and its member may be anything
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
object-group network R
 network-object 208.67.216.0 0.0.7.255
access-list IN extended permit udp any object-group R
access-list IN extended permit tcp any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-443 permitted
finding wildcard-as-netmask @11
help 255.255.248.0
