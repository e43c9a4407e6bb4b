--- title
Port names are the router's own; an unknown one leaves the entry open
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 permit udp any any eq sqlnet
 permit udp any any eq domain 443
 permit tcp any any eq domain 443
--- args
--service dns
--- expect
exit 3
rejected 1
finding unknown-line @9
dns-udp-53 undecided
condition dns-udp-53 `sqlnet` is no port
