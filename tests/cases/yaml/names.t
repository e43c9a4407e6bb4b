--- title
Networks and services of networks and services
--- input rules.yaml
fwproof: 1
networks:
  one: 208.67.222.222
  both: [one, 208.67.220.220]
services:
  dns: {proto: [udp, tcp], ports: 53}
  all: [dns, {proto: udp, ports: 443}]
rules:
  - {action: permit, to: both, service: all}
  - {action: permit, to: one, proto: tcp}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @9
dns-tcp-53 permitted @9
dns-tcp-443 partly-denied opening @1
