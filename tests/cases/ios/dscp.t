--- title
What is not judged of a packet leaves the entry open
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 deny udp any any dscp ef
 deny tcp any any ttl lt 5
 permit ip any any log-input
--- args
--service dns
--- expect
exit 3
opaque 2
dns-udp-443 undecided
condition dns-udp-443 dscp ef
condition dns-tcp-443 ttl lt 5
