--- title
A dump without a filter table is no answer to the question
--- input rules.v4
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o wan0 -j MASQUERADE
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base
