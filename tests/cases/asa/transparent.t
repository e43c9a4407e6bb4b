--- title
A transparent firewall has members of a bridge group and no routes
--- input asa.cfg
ASA Version 9.16(4)
firewall transparent
interface GigabitEthernet0/0
 nameif outside
 bridge-group 1
 security-level 0
interface GigabitEthernet0/1
 nameif inside
 bridge-group 1
 security-level 100
interface BVI1
 ip address 10.1.0.2 255.255.0.0
access-list IN extended permit udp any any
access-group IN in interface inside
access-list ETH ethertype permit bpdu
access-group ETH in interface inside
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @13
dns-tcp-443 denied opening @14
assumes judged is what enters by `inside`
