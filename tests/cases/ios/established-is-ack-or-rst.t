--- title
`established` asks for ACK or RST: it lets no first packet out
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 permit tcp any any established
 permit udp any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-443 denied opening @6
