--- title
A rule that has expired has no effect; one that begins today has
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit, to: 208.67.0.0/16, expires: 2025-12-31}
  - {action: permit, proto: tcp, ports: 443, starts: 2026-01-01, expires: 2026-01-01}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 denied opening @1
dns-tcp-443 permitted @4
