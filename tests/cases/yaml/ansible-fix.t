--- title
What to write is an entry at the indentation of the others, at the end where the end denies
--- input facts.yaml
acls:
  - name: OUT
    aces:
      - grant: permit
        protocol: udp
        source: {any: true}
        destination: {any: true}
      # the rest is denied
ogs: []
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-tcp-443 denied @2
help append after line 7, at the end of the rules
help       - grant: permit
help         protocol: tcp
help         source: {address: 10.1.0.0, netmask: 255.255.0.0}
help         destination: {host: 208.67.222.222, port_protocol: {eq: "443"}}
