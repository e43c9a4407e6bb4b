--- title
The permit is there, for a network that none of the clients is in
--- input rules.yaml
fwproof: 1
default: deny
rules:
  - {name: d, action: permit, from: 10.99.0.0/16, to: [208.67.222.222, 208.67.220.220], proto: udp, ports: [53, 443]}
  - {name: t, action: permit, from: 10.99.0.0/16, to: [208.67.222.222, 208.67.220.220], proto: tcp, ports: [53, 443]}
--- args
--service dns --from 10.20.0.0/16
--- expect
exit 1
finding permit-ineffective @2
finding near-miss @4
no-finding no-permit
