--- title
Banners and certificates with lines that look like commands
--- input asa.cfg
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
banner motd ^C
access-list IN extended deny ip any any
^C
crypto ca certificate chain TRUST
 certificate 0a1b
    30820403 308202eb a0030201
    deadbeef
  quit
access-list IN extended permit ip any any
access-group IN in interface inside
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 0
dns-udp-443 permitted @18
