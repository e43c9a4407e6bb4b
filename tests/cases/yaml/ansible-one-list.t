--- title
One of several access lists, by its name
--- input vars.yaml
acls:
- name: IN
  aces:
  - {grant: permit, protocol: ip, source: {any: true}, destination: {any: true}}
- name: OUT
  aces: []
--- args
--service dns --from 10.0.0.0/8 --acl IN
--- expect
exit 0
dns-udp-443 permitted @4
