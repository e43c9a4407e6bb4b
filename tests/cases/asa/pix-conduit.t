--- title
A conduit permits from lower levels, the destination first
--- input asa.cfg
PIX Version 6.3(5)
nameif ethernet0 outside security0
nameif ethernet1 inside security100
ip address outside 203.0.113.2 255.255.255.252
ip address inside 10.1.0.1 255.255.0.0
nat (inside) 1 0 0
global (outside) 1 interface
static (inside,outside) 208.67.222.222 10.1.0.53 netmask 255.255.255.255
conduit permit udp host 208.67.222.222 eq 53 any
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns --from 192.0.2.0/24 --in-interface outside --out-interface inside
--- expect
exit 1
dns-udp-443 denied opening
dns-udp-53 partly-denied opening
