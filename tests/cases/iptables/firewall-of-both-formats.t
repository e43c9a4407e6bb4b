--- title
A YAML rule set is for both families, so it is no half of a firewall
--- input a.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- input b.yaml
fwproof: 1
rules:
  - action: permit
--- args
--service dns --firewall hq=a.v4,b.yaml
--- expect
exit 2
finding invalid-value @1
