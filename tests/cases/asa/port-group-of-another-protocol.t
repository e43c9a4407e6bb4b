--- title
A group of UDP ports has no place in an entry for TCP
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
object-group service PORTS udp
 port-object eq 443
access-list IN extended permit tcp any any object-group PORTS
access-group IN in interface inside
--- args
--service dns
--- expect
exit 3
rejected 1
dns-tcp-443 undecided
finding unknown-line @13
