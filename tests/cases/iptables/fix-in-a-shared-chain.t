--- title
Where two chains jump to the one that drops, no place above one jump mends both, and the permit stands above the drop
--- input rules.v4
*filter
:FORWARD DROP [0:0]
:UDP - [0:0]
:TCP - [0:0]
:LOGDROP - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j UDP
-A FORWARD -p tcp -j TCP
-A UDP -p udp --dport 123 -j ACCEPT
-A UDP -j LOGDROP
-A TCP -p tcp --dport 22 -j ACCEPT
-A TCP -j LOGDROP
-A LOGDROP -j LOG --log-prefix "dropped: "
-A LOGDROP -j DROP
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @14
dns-tcp-53 denied opening @14
help insert above line 14:
