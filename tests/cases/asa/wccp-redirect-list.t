--- title
A redirect list says what WCCP may divert
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
access-list WEB extended permit tcp any any eq 443
wccp 90 redirect-list WEB
wccp interface inside 90 redirect in
--- args
--service dns
--- expect
exit 3
dns-tcp-443 undecided
dns-udp-443 permitted
dns-udp-53 permitted
