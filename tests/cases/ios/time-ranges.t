--- title
An absolute time range is judged by the date, a periodic one is open
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
time-range OVER
 absolute end 08:00 01 January 2025
time-range HOURS
 periodic weekdays 8:00 to 18:00
ip access-list extended LAN
 deny udp any any time-range OVER
 permit udp any any
 permit tcp any any eq 53
 permit tcp any any eq 443 time-range HOURS
--- args
--service dns
--- expect
exit 3
dns-udp-443 permitted
dns-tcp-53 permitted
dns-tcp-443 undecided
condition dns-tcp-443 time range `HOURS`
