--- title
--strict turns a line that is not understood into exit code 2
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD --frobnicate -j ACCEPT
-A FORWARD -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8 --strict
--- expect
exit 2
finding unknown-line @4
