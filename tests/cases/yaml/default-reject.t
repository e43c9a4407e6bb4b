--- title
A default that rejects tells the sender
--- input rules.yaml
fwproof: 1
default: reject
rules:
  - {action: permit, proto: udp, ports: 53}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @2
denial dns-udp-443 icmp-port-unreachable
dns-udp-53 permitted @4
