--- title
IPv6 is judged where an IPv6 address occurs
--- input rules.yaml
fwproof: 1
networks:
  staff: [10.20.0.0/16, "2001:db8:20::/48"]
rules:
  - {action: permit, from: staff, to: 208.67.0.0/16}
  - {action: permit, from: staff, to: "2620:119:35::35", proto: udp}
--- args
--service dns
--- expect
exit 1
dns-udp-443 partly-denied opening @1
dns-tcp-443 partly-denied opening @1
