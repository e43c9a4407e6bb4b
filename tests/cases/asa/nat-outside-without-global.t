--- title
A nat that says outside needs a global towards a higher level
--- input asa.cfg
ASA Version 8.2(5)
interface GigabitEthernet0/0
 nameif core
 security-level 100
 ip address 192.0.2.2 255.255.255.252
interface GigabitEthernet0/1
 nameif branch
 security-level 50
 ip address 10.1.0.1 255.255.0.0
access-list IN extended permit ip any any
access-group IN in interface branch
nat (branch) 1 10.1.0.0 255.255.0.0 outside
global (core) 2 interface
route core 0.0.0.0 0.0.0.0 192.0.2.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @12
