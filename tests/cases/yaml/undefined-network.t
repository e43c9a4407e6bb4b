--- title
A network that is not defined
--- input rules.yaml
fwproof: 1
networks:
  staff: 10.0.0.0/8
rules:
  - {action: permit, proto: udp, from: stafff}
  - {action: permit, proto: tcp, from: staff}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 undecided
finding undefined-name @5
help staff
