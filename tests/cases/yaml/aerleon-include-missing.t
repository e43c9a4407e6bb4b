--- title
An included file that is not below the folder may hold anything
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: dns, protocol: udp, destination-port: 443, action: accept}
  - include: ../deny.yaml
  - {name: all, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 permitted @4
dns-udp-53 undecided
finding undefined-name @5
help --includes
