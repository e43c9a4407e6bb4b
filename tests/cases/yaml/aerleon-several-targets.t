--- title
Several targets, and none is asked for
--- input policy.yaml
filters:
- header:
    targets:
      cisco: edge
      iptables: FORWARD
  terms:
  - {name: all, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base @4
help --target cisco
