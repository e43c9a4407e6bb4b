--- title
A module that looks at copies stops nothing
--- input asa.cfg
ASA Version 9.8(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
class-map ALL
 match any
policy-map global_policy
 class ALL
  sfr fail-open monitor-only
service-policy global_policy global
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
no-finding may-divert
