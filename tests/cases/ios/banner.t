--- title
A banner may hold lines that look like entries; certificates are data
--- input r1.cfg
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN in
ip route 0.0.0.0 0.0.0.0 203.0.113.1
banner motd ^C
interface GigabitEthernet0/1
 no ip access-group LAN in
^C
crypto pki certificate chain TP-self-signed
 certificate self-signed 01
  3082024A 308201B3
  	quit
ip access-list extended LAN
 permit ip 10.20.0.0 0.0.255.255 any
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @17
