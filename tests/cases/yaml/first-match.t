--- title
The first rule that fits decides; the default stands at its key
--- input rules.yaml
fwproof: 1
default: deny
rules:
  - {name: quic, action: drop, proto: udp, ports: 443}
  - {name: out, action: permit, from: 10.0.0.0/8, proto: udp}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @4
dns-udp-53 permitted @5
dns-tcp-53 denied opening @2
format yaml
finding quic-block @4
