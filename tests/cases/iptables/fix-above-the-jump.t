--- title
A permit is put above the jump to a chain that only logs and drops, and not into that chain
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:LOGDROP - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 198.51.100.0/24 -p tcp -j LOGDROP
-A FORWARD -s 10.0.0.0/8 -j LOGDROP
-A LOGDROP -j LOG --log-prefix "dropped: "
-A LOGDROP -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @8
help insert above line 6:
help -A FORWARD -s 10.0.0.0/8
