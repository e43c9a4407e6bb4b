--- title
A rule that is switched off has no effect
--- input rules.yaml
fwproof: 1
rules:
  - {action: deny, enabled: false}
  - {action: permit}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @4
dns-udp-53 permitted @4
dns-tcp-53 permitted @4
dns-tcp-443 permitted @4
