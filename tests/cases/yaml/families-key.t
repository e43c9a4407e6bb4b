--- title
`families` says which families are judged
--- input rules.yaml
fwproof: 1
families: [6]
rules:
  - {action: permit, proto: udp}
--- args
--service dns
--- expect
exit 1
not-judged dns-udp-443 ipv4
dns-udp-443 permitted @4
dns-tcp-443 denied opening @1
