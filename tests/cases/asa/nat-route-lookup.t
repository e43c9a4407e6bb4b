--- title
With route-lookup the route chooses the way out
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
interface GigabitEthernet0/2
 nameif dmz
 security-level 50
 ip address 10.9.0.1 255.255.255.0
object network RESOLVERS
 subnet 208.67.216.0 255.255.248.0
access-list IN extended permit ip any any
nat (inside,dmz) source static any any destination static RESOLVERS RESOLVERS no-proxy-arp route-lookup
access-list OUT extended deny udp any any
access-list OUT extended permit ip any any
access-group OUT out interface dmz
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @16
