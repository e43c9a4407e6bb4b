--- title
A class of its own gives the resolvers the timeout that DNS needs
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
access-list DNS-TIMEOUT extended permit udp any host 208.67.222.222
access-list DNS-TIMEOUT extended permit udp any host 208.67.220.220
class-map DNS-TIMEOUT
 match access-list DNS-TIMEOUT
policy-map global_policy
 class DNS-TIMEOUT
  set connection timeout idle 0:00:15
service-policy global_policy global
timeout conn 1:00:00 half-closed 0:10:00 udp 0:02:00 sctp 0:02:00 icmp 0:00:02
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @10
no-finding udp-timeout
