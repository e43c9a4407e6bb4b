--- title
A filter for other clients leaves these alone
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
url-server (inside) vendor websense host 10.1.0.9
filter https 443 10.7.0.0 255.255.0.0 0 0 allow
--- args
--service dns
--- expect
exit 0
dns-tcp-443 permitted
finding may-divert @12
