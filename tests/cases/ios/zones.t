--- title
The zone-based firewall is undecided, and said
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 zone-member security NET
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 zone-member security LAN
ip route 0.0.0.0 0.0.0.0 203.0.113.1
zone security NET
zone security LAN
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
finding tolerated @4
condition dns-udp-443 zones
