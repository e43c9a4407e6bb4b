--- title
A table that is not known may deny what the others permit
--- input rules.v4
*rawpost
:POSTROUTING DROP [0:0]
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp -j DROP
-A FORWARD -p udp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
finding hidden-rules @1
dns-udp-53 undecided
dns-tcp-53 denied @6
