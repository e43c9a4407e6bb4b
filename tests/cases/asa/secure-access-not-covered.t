--- title
A list for the blocks of Umbrella does not cover the clients of Secure Access
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
object-group network UMBRELLA
 network-object 146.112.0.0 255.255.0.0
 network-object 151.186.0.0 255.255.0.0
 network-object 155.190.0.0 255.255.0.0
access-list IN extended permit tcp any object-group UMBRELLA eq https
access-list IN extended permit tcp any object-group UMBRELLA eq www
access-list IN extended deny ip any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service swg --product secure-access
--- expect
exit 0
swg-https@london:test denied opening @16
finding secure-access-not-covered @16
