--- title
An unknown target may drop, but the policy surely does: the policy is to blame
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j FROBNICATE
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @7
