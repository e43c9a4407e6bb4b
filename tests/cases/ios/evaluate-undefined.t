--- title
`evaluate` of a name that no entry reflects lets nothing pass
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended OUTSIDE
 permit tcp any any established
 evaluate BACK
--- args
--service dns
--- expect
exit 1
finding undefined-name @10
dns-udp-443 denied answer @4
dns-tcp-443 permitted
