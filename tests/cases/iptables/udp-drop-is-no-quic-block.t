--- title
A drop of all UDP is no block of QUIC
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j DROP
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-443 denied opening @6
dns-udp-53 denied opening @6
no-finding quic-block
finding one-protocol @6
