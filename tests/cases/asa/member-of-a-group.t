--- title
A group that holds some of the servers gets the others as members
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
object-group network RESOLVERS
 description names of the vendor
 network-object host 208.67.222.222
object-group network SERVERS
 network-object host 198.51.100.7
access-list IN extended permit udp 10.1.0.0 255.255.0.0 object-group RESOLVERS eq domain
access-list IN extended permit tcp any object-group RESOLVERS eq domain
access-list IN extended permit tcp any object-group RESOLVERS eq https
access-list IN extended permit udp any object-group RESOLVERS eq 443
access-list IN extended permit ip any object-group SERVERS
access-list IN extended deny ip any any log
access-group IN in interface inside
--- args
--service dns
--- expect
exit 1
finding one-resolver @21
help as members of the group `RESOLVERS`, to which line 16 permits:
help object-group network RESOLVERS
help  network-object host 208.67.220.220
