--- title
Terms of another file stand where they are included
--- input policy.yaml
filters:
- header: {targets: {juniper: edge}}
  terms:
  - include: common/deny.yaml
  - {name: all, action: accept}
--- file common/deny.yaml
# what nobody needs
terms:
- {name: no-quic, protocol: udp, destination-port: 443, action: deny}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied @3
dns-udp-53 permitted @5
exact 2
