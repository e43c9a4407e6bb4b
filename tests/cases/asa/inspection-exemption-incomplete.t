--- title
An exemption of one protocol is not enough
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
access-list DNS-INSPECT extended deny udp any any eq domain
access-list DNS-INSPECT extended permit tcp any any eq domain
class-map DNS
 match access-list DNS-INSPECT
policy-map global_policy
 class DNS
  inspect dns
service-policy global_policy global
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
finding dns-inspection-exemption @17
no-finding dns-inspection
help access-list DNS-INSPECT line 1 extended deny tcp any host 208.67.220.220 eq domain
