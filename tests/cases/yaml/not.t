--- title
`not` is everything else
--- input rules.yaml
fwproof: 1
rules:
  - {action: deny, to: {not: [208.67.222.222, 208.67.220.220]}}
  - {action: permit, from: {not: 10.0.0.0/9}}
--- args
--service dns --from 10.128.0.0/9 --from 10.0.0.0/9
--- expect
exit 1
dns-udp-443 partly-denied opening @1
dns-udp-53 partly-denied opening @1
dns-tcp-53 partly-denied opening @1
dns-tcp-443 partly-denied opening @1
