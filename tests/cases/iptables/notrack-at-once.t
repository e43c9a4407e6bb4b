--- title
The rules of raw behind NOTRACK see the packet as UNTRACKED already, and no longer as INVALID
--- input rules.v4
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP
-A PREROUTING -s 10.0.0.0/8 -p udp -m udp --dport 53 -j NOTRACK
-A PREROUTING -s 10.0.0.0/8 -p udp -m udp --dport 443 -m conntrack --ctstate UNTRACKED -j DROP
-A PREROUTING -s 10.0.0.0/8 -m conntrack --ctstate UNTRACKED -j DROP
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @6
dns-udp-443 permitted
