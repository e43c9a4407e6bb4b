--- title
An interface of another routing table is not judged
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
ip route 0.0.0.0 0.0.0.0 203.0.113.1
interface GigabitEthernet0
 vrf forwarding Mgmt-intf
 ip address 192.0.2.1 255.255.255.0
 ip access-group SHUT in
ip route vrf Mgmt-intf 0.0.0.0 0.0.0.0 192.0.2.254
ip access-list extended SHUT
 deny ip any any
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
assumes what enters by `GigabitEthernet0` is not judged
