--- title
The fix opens the way out and the way back
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended LAN
 10 permit tcp any any
 20 deny ip any any
ip access-list extended OUTSIDE
 10 permit tcp any any established
 20 deny ip any any
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @11
help permit udp 10.20.0.0 0.0.255.255 host 208.67.222.222 eq 443
help permit udp host 208.67.222.222 eq 443 10.20.0.0 0.0.255.255
help above entry 20 of the access list `LAN`; then above entry 20 of the access list `OUTSIDE`
