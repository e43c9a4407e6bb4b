--- title
Remarks make numbers unsure, so the permit goes to the top
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 remark staff
 permit tcp any any
 remark rest
 deny ip any any
--- args
--service dns
--- expect
exit 1
help ip access-list resequence LAN 1000 1000
help 997 permit udp
help at the top of the access list `LAN`
