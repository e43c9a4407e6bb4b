--- title
Lists for IPv6, with neighbour discovery and numbers at the end
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ipv6 address 2001:db8:1::2/64
 ipv6 traffic-filter IN6 in
interface GigabitEthernet0/1
 ipv6 address 2001:db8:20::1/64
 ipv6 traffic-filter LAN6 in
ipv6 route ::/0 2001:db8:1::1
ipv6 access-list LAN6
 deny ipv6 any any sequence 30
 permit udp 2001:db8:20::/64 any eq 443 sequence 10
 sequence 20 permit tcp 2001:db8:20::/64 any
ipv6 access-list IN6
 permit udp any eq 443 any
 permit tcp any any established
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-443 permitted
dns-udp-53 denied opening @10
help permit udp 2001:db8:20::/64
