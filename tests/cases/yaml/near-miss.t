--- title
A rule for another port comes near
--- input a.yaml
fwproof: 1
rules:
  - {action: permit, from: 10.20.0.0/16, to: 208.67.0.0/16, proto: udp, ports: 5353}
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
finding near-miss @3
