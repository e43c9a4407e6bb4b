--- title
A route map may choose another way out for what it selects
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
 policy-route route-map PBR
interface GigabitEthernet0/2
 nameif dmz
 security-level 50
 ip address 10.9.0.1 255.255.255.0
access-list IN extended permit ip any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
access-list OUT extended deny ip any any
access-group OUT out interface dmz
access-list QUIC extended permit udp any any eq 443
route-map PBR permit 10
 match ip address QUIC
 set interface dmz
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-udp-53 permitted @15
assumes route map
