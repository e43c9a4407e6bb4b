--- title
Two lists of one target are not one policy
--- input policy.yaml
filters:
- header: {targets: {cisco: lan-in}}
  terms:
  - {name: all, action: accept}
- header: {targets: {cisco: wan-in}}
  terms:
  - {name: none, action: deny}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base @2
help --acl lan-in
