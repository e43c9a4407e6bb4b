--- title
The end of a plain list denies, at line 1
--- input rules.yaml
- {source: 10.0.0.0/8, destination: any, protocol: udp, action: allow}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @1
dns-tcp-53 denied opening @1
