--- title
An exclusion that leaves no address over: chains are rendered without it, and the term is left open
--- input policy.yaml
filters:
- header: {targets: {speedway: FORWARD DROP}}
  terms:
  - name: answers
    option: established
    action: accept
  - name: nobody
    source-address: 10.20.0.0/16
    source-exclude: 10.0.0.0/8
    action: accept
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 3
dns-udp-443 undecided @7
