--- title
Translations of UDP are kept for five minutes, those of port 53 for ten seconds
--- input router.cfg
version 15.7
hostname r
interface GigabitEthernet0/0
 ip address 10.40.0.1 255.255.0.0
 ip nat inside
interface GigabitEthernet0/1
 ip address 203.0.113.2 255.255.255.252
 ip nat outside
ip nat translation dns-timeout 10
ip nat translation udp-timeout 300
ip nat inside source list 1 interface GigabitEthernet0/1 overload
access-list 1 permit 10.40.0.0 0.0.255.255
ip route 0.0.0.0 0.0.0.0 203.0.113.1
end
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted
finding udp-timeout @10
note with many clients
