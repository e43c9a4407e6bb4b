--- title
Without a policy the end of a chain is not known, and mistakes stand at their place
--- input rules.yaml
rules:
  - "-A FORWARD -p udp --dport 443 -j ACCEPT"
  - "-A FORWARD -p tcp --dprt 443 -j ACCEPT"
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 undecided
finding unknown-line @3
rejected 1
