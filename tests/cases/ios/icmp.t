--- title
ICMP answers are judged by their own type
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
 ip access-group OUTSIDE in
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended OUTSIDE
 permit icmp any any echo-reply
--- requirements
services:
  - id: ping
    flows:
      - {id: ping, proto: icmp}
    destinations: [198.51.100.1]
--- args
--from 10.20.0.0/16
--- expect
exit 0
ping permitted
