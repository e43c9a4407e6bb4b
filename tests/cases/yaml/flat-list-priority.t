--- title
The lowest priority is asked first, and equal ones in the order of the file
--- input rules.yaml
- {priority: 100, source: any, destination: any, action: deny}
- {priority: 20, source: any, destination: any, protocol: udp, port: 53, action: block}
- {priority: 5, source: any, destination: any, protocol: udp, port: 443, action: allow}
- {priority: 20, source: any, destination: any, protocol: udp, port: 53, action: allow}
- {priority: 20, source: any, destination: any, protocol: tcp, port: 53, action: allow}
--- args
--service dns --from 10.0.0.0/8 --order priority
--- expect
exit 1
dns-udp-443 permitted @3
dns-udp-53 denied @2
dns-tcp-53 permitted @5
dns-tcp-443 denied @1
help priority: 20
