--- title
A PIX 6 denies a source that it does not translate
--- input asa.cfg
PIX Version 6.3(5)
nameif ethernet0 outside security0
nameif ethernet1 inside security100
ip address outside 203.0.113.2 255.255.255.252
ip address inside 10.1.0.1 255.255.0.0
nat (inside) 1 10.2.0.0 255.255.0.0 0 0
global (outside) 1 interface
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
--- args
--service dns
--- expect
exit 1
dns-udp-443 denied opening @3
