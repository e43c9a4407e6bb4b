--- title
A priority says that the order of the file is not that of the rules
--- input rules.yaml
- {priority: 10, source: any, destination: any, action: deny}
- {priority: 5, source: any, destination: any, action: allow}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
dns-udp-53 undecided
dns-tcp-53 undecided
dns-tcp-443 undecided
finding invalid-value @1
help --order priority
