--- title
A chain asks for the state of connections, so answers need a term of their own
--- input policy.yaml
filters:
- header:
    targets: {speedway: FORWARD DROP}
  terms:
  - name: dns
    destination-address: RESOLVERS
    destination-port: DNS DNS_SAFE
    protocol: [tcp, udp]
    action: accept
--- file defs/names.yaml
networks:
  LAN:
    values: [{address: 10.0.0.0/8}]
  RESOLVERS:
    values: [{address: 208.67.222.222/32}, {address: 208.67.220.220/32}]
services:
  DNS: [{port: 53, protocol: udp}, {port: 53, protocol: tcp}]
  DNS_SAFE: [{port: 443, protocol: udp}, {port: 443, protocol: tcp}]
--- args
--service dns --from 10.0.0.0/8 --definitions defs
--- expect
exit 1
dns-udp-443 denied answer @3
finding answer-dropped
help option: established
