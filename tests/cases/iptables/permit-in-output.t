--- title
A permit in OUTPUT is not for forwarded packets
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -d 208.67.222.222/32,208.67.220.220/32 -p udp -m multiport --dports 53,443 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @3
finding permit-ineffective @6
help move line 6 to the chain that forwarded packets pass
