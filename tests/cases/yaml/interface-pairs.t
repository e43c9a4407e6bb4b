--- title
Where interfaces decide and none is given, nothing is decided
--- input rules.yaml
fwproof: 1
interfaces: [lan, guests, wan]
rules:
  - {action: permit, in: lan, out: wan}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
dns-udp-53 undecided
dns-tcp-53 undecided
dns-tcp-443 undecided
condition dns-udp-443 --in-interface
