--- title
Nothing is decided for a platform of which nothing is known
--- input policy.yaml
filters:
- header: {targets: {nsxv: section inet}}
  terms:
  - {name: all, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided
condition dns-udp-443 how `nsxv` treats packets is not modelled
