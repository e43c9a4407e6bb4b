--- title
With the order of the file, priorities say nothing
--- input rules.yaml
- {priority: 100, source: any, destination: any, protocol: udp, action: deny}
- {priority: 5, source: any, destination: any, action: allow}
- {source: any, destination: any, action: deny}
--- args
--service dns --from 10.0.0.0/8 --order file
--- expect
exit 1
dns-udp-443 denied @1
dns-tcp-443 permitted @2
