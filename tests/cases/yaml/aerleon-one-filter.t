--- title
One of several lists, by its name
--- input policy.yaml
filters:
- header: {targets: {cisco: lan-in}}
  terms:
  - {name: all, action: accept}
- header: {targets: {cisco: wan-in}}
  terms:
  - {name: none, action: deny}
--- args
--service dns --from 10.0.0.0/8 --acl lan-in
--- expect
exit 0
dns-udp-443 permitted @4
