--- title
IOS is recognised by name and refused
--- input asa.cfg
version 15.2
hostname r1
interface GigabitEthernet0/0
 ip address 10.1.0.1 255.255.0.0
 ip access-group 101 in
ip access-list extended 101
 permit udp any any eq domain
line vty 0 4
end
--- args
--service dns
--- expect
exit 2
finding unsupported-format
