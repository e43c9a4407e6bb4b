--- title
A group after the source is a source port group or the destination: its kind decides
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
object-group service HIGH udp
 port-object range 1024 65535
object-group network RESOLVERS
 network-object 208.67.0.0 255.255.0.0
access-list IN extended permit udp any object-group HIGH object-group RESOLVERS eq 443
access-list IN extended permit tcp any object-group RESOLVERS eq domain
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @14
dns-tcp-53 permitted @15
dns-udp-53 denied opening @16
