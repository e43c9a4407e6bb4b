--- title
A service with a source port is for packets from that port only
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
object service EPHEMERAL
 service udp source range 1024 65535 destination eq 443
object service LOW
 service udp source lt 1024 destination eq domain
access-list IN extended permit object EPHEMERAL any any
access-list IN extended permit object LOW any any
access-list IN extended permit tcp any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted @14
dns-udp-53 denied opening @17
dns-tcp-53 permitted @16
