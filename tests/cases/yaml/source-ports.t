--- title
A rule for high source ports covers what clients use
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit, proto: udp, source_ports: 1024-65535, ports: 443}
  - {action: permit, proto: udp, source_ports: 40000-65535, ports: 53}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @3
dns-udp-53 partly-denied opening @1
