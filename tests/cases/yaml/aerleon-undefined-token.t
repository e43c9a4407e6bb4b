--- title
A token that is defined nowhere, with and without definitions
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: dns, protocol: udp, destination-port: 443, action: accept}
  - name: web
    destination-address: RESOLVRES
    protocol: tcp
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
exit 3
dns-udp-443 permitted @4
dns-tcp-53 undecided
finding undefined-name @6
help RESOLVERS
rejected 1
