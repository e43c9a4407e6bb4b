--- title
Reflexive lists open the way for answers
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group TO-NET out
 ip access-group FROM-NET in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended TO-NET
 permit udp any any reflect BACK timeout 60
 permit tcp any any eq 53 reflect BACK
 permit tcp any any eq 443
ip access-list extended FROM-NET
 evaluate BACK
--- args
--service dns
--- expect
exit 1
dns-udp-443 permitted
dns-tcp-53 permitted
dns-tcp-443 denied answer @5
