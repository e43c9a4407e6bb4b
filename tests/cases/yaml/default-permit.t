--- title
A default of permit
--- input rules.yaml
fwproof: 1
default: permit
rules:
  - {action: reject, proto: tcp, ports: [53, 80-443]}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @2
dns-tcp-53 denied @4
dns-tcp-443 denied @4
denial dns-tcp-53 icmp-port-unreachable
