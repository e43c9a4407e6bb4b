--- title
A drop in raw comes before everything
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 53 -j DROP
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @3
dns-udp-443 permitted
