--- title
A header that says something unknown, and a folder without definitions
--- input policy.yaml
filters:
- header: {targets: {cisco: edge sideways}}
  terms:
  - {name: a, action: accept}
--- args
--service dns --from 10.0.0.0/8 --definitions .
--- expect
exit 2
finding invalid-value @2
