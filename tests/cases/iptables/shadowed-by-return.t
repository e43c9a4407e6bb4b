--- title
A permit below a RETURN in a built-in chain is shadowed
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -j RETURN
-A FORWARD -d 208.67.222.222/32,208.67.220.220/32 -j ACCEPT
COMMIT
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
dns-udp-53 denied opening @3
finding permit-ineffective @3
