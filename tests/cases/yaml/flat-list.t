--- title
A plain list: first match, and the end denies
--- input rules.yaml
- {name: dns, source: 10.0.0.0/8, destination: "208.67.222.222, 208.67.220.220", protocol: UDP, port: 53, action: ALLOW}
- {name: enc, src: any, dst: 208.67.0.0/16, proto: udp, dport: 443, action: accept}
- {name: rest, source: any, destination: any, action: block}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-53 permitted @1
dns-udp-443 permitted @2
dns-tcp-53 denied opening @3
state Protected, encrypted
format yaml-list
