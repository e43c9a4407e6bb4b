--- title
The list of the member is asked first
--- input asa.cfg
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif lan1
 bridge-group 1
 security-level 100
interface BVI1
 nameif lan
 security-level 100
 ip address 10.1.0.1 255.255.0.0
access-list MEMBER extended deny udp any any
access-list MEMBER extended permit ip any any
access-list SIDE extended permit ip any any
access-group MEMBER in interface lan1
access-group SIDE in interface lan
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @14
dns-tcp-443 permitted
