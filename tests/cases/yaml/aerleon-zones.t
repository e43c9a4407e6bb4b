--- title
Policies between zones let answers pass, and deny what no policy names
--- input policy.yaml
filters:
- header: {targets: {srx: from-zone inside to-zone outside inet}}
  terms:
  - {name: replies, protocol: tcp, option: tcp-established, action: deny}
  - {name: dns, protocol: udp, destination-port: 53 443, action: accept}
- header: {targets: {srx: from-zone outside to-zone inside inet}}
  terms:
  - {name: nothing, action: deny}
--- args
--service dns --from 10.0.0.0/8 --in-interface inside --out-interface outside
--- expect
exit 1
dns-udp-443 permitted @5
dns-tcp-53 denied @6
