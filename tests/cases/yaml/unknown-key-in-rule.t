--- title
A rule with an unknown key may be for any packet
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit, proto: udp, ports: 443}
  - {action: permit, protcol: tcp}
  - {action: permit}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 permitted @3
dns-tcp-53 undecided
finding unknown-key @4
rejected 1
help proto
