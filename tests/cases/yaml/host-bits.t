--- title
10.0.0.1/24 is no prefix
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit, from: 10.0.0.1/24}
  - {action: permit}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
finding invalid-value @3
