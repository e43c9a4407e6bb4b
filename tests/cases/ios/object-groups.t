--- title
Groups of networks with netmasks and of services, nested
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
object-group network RESOLVERS
 host 208.67.222.222
 group-object SECOND
object-group network SECOND
 208.67.220.0 255.255.255.0
object-group service DNS
 udp eq domain
 tcp-udp eq 443
 group-object DNS-TCP
object-group service DNS-TCP
 tcp eq domain
ip access-list extended LAN
 permit object-group DNS 10.20.0.0 0.0.255.255 object-group RESOLVERS
--- args
--service dns
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
rejected 0
