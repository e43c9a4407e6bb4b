--- title
What comes out of tunnels passes by the lists of interfaces in both directions
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
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
ip local pool STAFF 10.99.0.1-10.99.0.254 mask 255.255.255.0
access-list OUTSIDE extended deny ip any any
access-group OUTSIDE in interface outside
access-group OUTSIDE out interface outside
webvpn
 enable outside
tunnel-group STAFF type remote-access
tunnel-group STAFF general-attributes
 address-pool STAFF
 default-group-policy STAFF
same-security-traffic permit intra-interface
--- args
--service dns --in-interface outside --from 10.99.0.4/30
--- expect
exit 0
dns-udp-443 permitted
