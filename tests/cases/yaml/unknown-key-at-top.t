--- title
An unknown key at the top leaves everything undecided
--- input rules.yaml
fwproof: 1
defualt: permit
rules:
  - {action: permit}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
dns-udp-53 undecided
dns-tcp-53 undecided
dns-tcp-443 undecided
finding unknown-key @2
help default
