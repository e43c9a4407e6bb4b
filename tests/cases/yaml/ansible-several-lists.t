--- title
Of several access lists one must be named
--- input vars.yaml
acls:
- name: IN
  aces:
  - {grant: permit, protocol: ip, source: {any: true}, destination: {any: true}}
- name: OUT
  aces: []
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base @2
help --acl IN
