--- title
In raw, a packet for which `-j CT` tells tracking something is NEW from there on, and NOTRACK comes too late for it
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.0.0.0/8 -p udp -m udp --dport 53 -j CT --helper dns
-A PREROUTING -s 10.0.0.0/8 -p udp -j NOTRACK
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -s 10.0.0.0/8 -p udp -m conntrack --ctstate UNTRACKED -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted
dns-udp-443 denied opening @8
