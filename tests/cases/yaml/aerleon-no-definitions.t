--- title
Without definitions every token is undefined, which is said once for each
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: a, destination-address: RESOLVERS, action: accept}
  - {name: b, source-address: RESOLVERS, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
finding undefined-name @4
help --definitions
