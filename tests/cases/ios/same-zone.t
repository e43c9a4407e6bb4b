--- title
Within a zone everything passes
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 zone-member security A
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 zone-member security A
ip route 0.0.0.0 0.0.0.0 203.0.113.1
zone security A
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
