--- title
What is not modelled leaves open whether the term is for a packet, or what it does
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: large, protocol: udp, packet-length: 500-1500, action: deny}
  - {name: dns, protocol: udp, action: accept}
  - {name: policed, protocol: tcp, policer: slow, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
condition dns-udp-443 packet-length: 500-1500
dns-tcp-443 undecided
opaque 2
