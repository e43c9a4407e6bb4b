--- title
DNS inspection drops encrypted DNS that the list permits: a warning
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
class-map inspection_default
 match default-inspection-traffic
policy-map global_policy
 class inspection_default
  inspect dns
service-policy global_policy global
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @10
dns-udp-53 permitted @10
dns-tcp-53 permitted @10
dns-tcp-443 permitted @10
finding dns-inspection @15
