--- title
Before tracking a packet has no connection yet, also on its way out
--- input rules.v4
*raw
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp -m conntrack --ctstate INVALID -j DROP
-A OUTPUT -p tcp -m conntrack --ctstate NEW -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 denied opening @3
dns-tcp-443 permitted
