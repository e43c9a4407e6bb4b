--- title
Lines that are moved by a script: numbers count what stands in the list at that time
--- input asa.cfg
interface GigabitEthernet0/0
 nameif outside
 security-level 0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
access-list IN extended permit icmp any any
access-list IN extended deny udp any any
access-list IN extended permit tcp any any
access-list IN extended permit udp any any eq 443
access-list IN extended permit udp any any eq 53
access-group IN in interface inside
no access-list IN line 2 extended deny udp any any
access-list IN line 4 extended deny udp any any
no access-list IN line 1 extended permit icmp any any
access-list IN line 5 extended permit icmp any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @10
dns-udp-53 denied opening @14
dns-tcp-443 permitted @9
