--- title
The list permits a network that is not behind the interface
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
object-group network OPENDNS
 network-object host 208.67.222.222
 network-object host 208.67.220.220
access-list IN extended permit udp 10.11.0.0 255.255.0.0 object-group OPENDNS
access-list IN extended permit tcp 10.11.0.0 255.255.0.0 object-group OPENDNS
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @15
finding permit-ineffective @15
finding near-miss @13
