--- title
The end of a chain is the one that its header says
--- input policy.yaml
filters:
- header:
    targets:
      cisco: edge
      iptables: FORWARD ACCEPT
  terms:
  - {name: quic, protocol: udp, destination-port: 443, action: deny}
--- args
--service dns --from 10.0.0.0/8 --target iptables
--- expect
exit 1
dns-udp-443 denied @7
dns-tcp-443 permitted @5
