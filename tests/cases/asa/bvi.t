--- title
A list on the routed side of a bridge group is asked after that of the member
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
access-list MEMBER extended permit ip any any
access-list SIDE extended permit udp any any eq 443
access-group MEMBER in interface lan1
access-group SIDE in interface lan
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-udp-53 denied opening @17
assumes judged is what enters by `lan1`
