--- title
Entries that are not understood: a key, an address with more behind it, two protocols
--- input vars.yaml
acls:
- name: OUT
  aces:
  - {grant: permit, protocol: udp, source: {any: true}, destination: {any: true}}
  - {grant: permit, protcol: tcp, source: {any: true}, destination: {any: true}}
  - {grant: permit, protocol: tcp, source: {host: "10.0.0.1 any"}, destination: {any: true}}
  - {grant: permit, protocol_options: {tcp: true, udp: true}, source: {any: true}, destination: {any: true}}
  - {grant: permit, protocol: tcp, source: {any: true}, destination: {any: true, port_protocol: {eq: dnss}}}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 permitted @4
dns-tcp-443 undecided
rejected 4
finding unknown-key @5
help protocol
finding invalid-value @6
finding invalid-value @7
finding unknown-line @8
