--- title
0443 is no port
--- input rules.yaml
fwproof: 1
rules:
  - action: permit
    proto: udp
    ports: 0443
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
finding invalid-value @5
