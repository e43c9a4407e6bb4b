--- title
Old outbound lists that are applied leave flows open
--- input asa.cfg
PIX Version 6.3(5)
nameif ethernet0 outside security0
nameif ethernet1 inside security100
ip address outside 203.0.113.2 255.255.255.252
ip address inside 10.1.0.1 255.255.0.0
nat (inside) 1 0 0
global (outside) 1 interface
outbound 10 deny 0 0 53 udp
apply (inside) 10 outgoing_src
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 3
dns-udp-443 undecided
finding may-divert @9
