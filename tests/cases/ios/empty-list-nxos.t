--- title
What an empty list does on NX-OS is not known
--- input r1.cfg
hostname n1
interface Ethernet1/1
 ip address 203.0.113.2/30
interface Vlan20
 ip address 10.20.0.1/16
 ip access-group LAN in
ip route 0.0.0.0/0 203.0.113.1
ip access-list LAN
 statistics per-entry
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
