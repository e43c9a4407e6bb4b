--- title
A list of a router ends in a denial, and a service counts for every protocol of the term
--- input policy.yaml
filters:
- header:
    targets: {cisco: lan-in}
  terms:
  - name: dns
    source-address: LAN
    destination-address: RESOLVERS
    destination-port: DNS
    protocol: tcp udp
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
format aerleon
dns-udp-53 permitted @5
dns-tcp-53 permitted @5
dns-udp-443 denied opening @3
exact 1
assumes for what clients send
help destination-port: 443
