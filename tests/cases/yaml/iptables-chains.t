--- title
Rules of iptables below tables and chains, with a chain of their own
--- input rules.yaml
nat:
  PREROUTING:
    - -i lan0 -p udp --dport 53 -j REDIRECT --to-ports 53
filter:
  INPUT: {policy: ACCEPT}
  FORWARD:
    policy: ACCEPT
    rules:
      - -p udp --dport 443 -j quic
  quic:
    - -d 208.67.220.220 -j RETURN
    - -j DROP
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0
--- expect
exit 1
dns-udp-443 partly-denied @12
dns-tcp-443 permitted @7
finding dns-intercepted @3
