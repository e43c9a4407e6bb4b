--- title
Definitions that are made of themselves
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: a, destination-address: A, action: accept}
--- file defs/names.yaml
networks:
  A:
    values: [{name: B}]
  B:
    values: [{name: A}]
--- args
--service dns --from 10.0.0.0/8 --definitions defs
--- expect
exit 3
dns-udp-443 undecided
finding chain-loop @5
