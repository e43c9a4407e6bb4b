--- title
Terms for other platforms, expired terms and remarks have no effect
--- input policy.yaml
filters:
- header: {targets: {cisco: edge}}
  terms:
  - {name: old, expiration: 2026-01-01, action: accept}
  - {name: other, platform: juniper arista, action: accept}
  - {name: never, platform-exclude: cisco, action: accept}
  - name: text
    verbatim: {juniper: "then accept;"}
  - {name: dns, protocol: udp, expiration: 2026-01-02, logging: true, counter: c, action: accept}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 permitted @9
dns-tcp-53 denied @2
neutral 4
assumes expired on 2026-01-01
