--- title
The default that is not written is deny, at line 1
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit, proto: tcp}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @1
dns-tcp-443 permitted @3
