--- title
Among numbered entries, the new one takes the number of the one that denies, and its braces
--- input facts.yaml
acls:
- name: OUT
  aces:
  - line: 1
    remark: resolvers
  - {line: 2, grant: deny, protocol: udp, source: {any: true}, destination: {any: true, port_protocol: {eq: "443"}}}
  - {line: 3, grant: permit, protocol: ip, source: {any: true}, destination: {any: true}}
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @6
help append after line 7, at the end of the entries (`line: 2` puts it above the denial)
help   - {grant: permit, line: 2, protocol: udp, source: {address: 10.1.0.0, netmask: 255.255.0.0}, destination: {host: 208.67.220.220, port_protocol: {eq: "443"}}}
