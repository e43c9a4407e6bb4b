--- title
NX-OS: prefixes, numbers, address and port groups
--- input r1.cfg
hostname n1
feature interface-vlan
object-group ip address RESOLVERS
  10 host 208.67.222.222
  20 208.67.220.220/32
object-group ip port DNS
  10 eq 53
  20 eq 443
ip access-list LAN
  statistics per-entry
  10 permit udp 10.20.0.0/16 addrgroup RESOLVERS portgroup DNS
  20 permit tcp 10.20.0.0/16 addrgroup RESOLVERS portgroup DNS
interface Vlan20
  ip address 10.20.0.1/16
  ip access-group LAN in
interface Ethernet1/1
  ip address 203.0.113.2/30
ip route 0.0.0.0/0 203.0.113.1
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
opaque 0
