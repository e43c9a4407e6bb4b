--- title
Among rules with a priority one without has no place in their order
--- input rules.yaml
- {priority: 10, source: any, destination: any, action: allow}
- {source: any, destination: any, protocol: udp, action: deny}
- {priority: high, source: any, destination: any, protocol: udp, action: deny}
--- args
--service dns --from 10.0.0.0/8 --order priority
--- expect
exit 3
dns-udp-443 undecided
dns-tcp-53 undecided
finding invalid-value @2
finding invalid-value @3
help --order file
