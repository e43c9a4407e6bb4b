--- title
`:FORWARD -` keeps the policy that the chain had, which the text does not say
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD - [0:0]
-A FORWARD -p udp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 permitted @4
dns-tcp-53 undecided
