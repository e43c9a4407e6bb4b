--- title
Without a default route and with two lowest levels the way out is open
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
 security-level 0
 ip address 10.9.0.1 255.255.255.0
access-list IN extended permit ip any any
access-group IN in interface inside
access-list OUT extended deny udp any any
access-list OUT extended permit ip any any
access-group OUT out interface dmz
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-443 permitted
assumes `--out-interface`
