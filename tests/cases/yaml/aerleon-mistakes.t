--- title
Mistakes in terms leave them open: a key, ports without a protocol, ICMP types without ICMP, an option
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: dns, protocol: udp, action: accept}
  - {name: a, protocl: tcp, action: accept}
  - {name: b, destination-port: 53, action: accept}
  - {name: c, protocol: tcp, icmp-type: echo-request, action: accept}
  - {name: d, option: established, action: accept}
  - {name: e, action: acept}
  - {name: f, destination-address: 10.0.0.1/8, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 permitted @4
dns-tcp-443 undecided
rejected 6
finding unknown-key @5
help protocol
finding invalid-value @6
finding invalid-value @7
finding invalid-value @8
finding invalid-value @9
help accept
finding invalid-value @10
help 10.0.0.0/8
