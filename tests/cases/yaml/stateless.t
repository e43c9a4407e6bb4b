--- title
Without state the answer needs a rule of its own
--- input rules.yaml
fwproof: 1
stateful: false
rules:
  - {action: permit, from: 10.0.0.0/8, proto: [udp, tcp]}
  - {action: permit, proto: udp, source_ports: 53, to: 10.0.0.0/8}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @4
dns-udp-443 denied answer @1
dns-tcp-53 denied answer
finding answer-dropped
