--- title
A crypto map that is bound may take what it selects into a tunnel
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
access-list IN extended permit ip any any
access-list VPN extended permit udp any any eq 443
crypto map M 10 match address VPN
crypto map M interface outside
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
dns-udp-53 permitted
finding may-divert @12
