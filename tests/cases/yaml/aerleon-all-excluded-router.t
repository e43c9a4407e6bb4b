--- title
A router has no line for such a term
--- input policy.yaml
filters:
- header: {targets: {cisco: edge extended}}
  terms:
  - name: nobody
    source-address: 10.20.0.0/16
    source-exclude: 10.0.0.0/8
    action: deny
  - name: all
    action: accept
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 0
dns-udp-443 permitted @8
