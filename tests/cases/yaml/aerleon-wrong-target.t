--- title
A target that the policy does not have
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: all, action: accept}
--- args
--service dns --from 10.0.0.0/8 --target cisko
--- expect
exit 2
finding no-rule-base @2
help --target cisco
