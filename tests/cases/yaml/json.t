--- title
JSON is YAML too
--- input rules.json
{"fwproof": 1,
 "rules": [
  {"action": "permit", "proto": "udp"},
  {"action": "reject"}
 ]}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @3
dns-tcp-443 denied opening @4
