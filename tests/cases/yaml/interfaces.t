--- title
Interfaces that are listed are all there are
--- input rules.yaml
fwproof: 1
interfaces: [lan, guests, wan]
rules:
  - {action: permit, in: lan, out: wan}
--- args
--service dns --from 10.0.0.0/8 --in-interface lan --out-interface wan
--- expect
exit 0
dns-udp-443 permitted @4
dns-udp-53 permitted @4
dns-tcp-53 permitted @4
dns-tcp-443 permitted @4
