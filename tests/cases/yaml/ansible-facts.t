--- title
Gathered facts of an ASA: an access list with an object group
--- input facts.yaml
ansible_facts:
  network_resources:
    acls:
      acls:
      - name: OUT
        acl_type: extended
        aces:
        - {line: 1, remark: resolvers}
        - grant: permit
          line: 2
          protocol: udp
          protocol_options: {udp: true}
          source: {address: 10.0.0.0, netmask: 255.0.0.0}
          destination: {object_group: RESOLVERS, port_protocol: {eq: domain}}
        - grant: permit
          line: 3
          protocol: tcp
          protocol_options: {tcp: true}
          source: {any4: true}
          destination: {host: 208.67.222.222, port_protocol: {range: {start: 440, end: 450}}}
          log: default
        - grant: permit
          line: 4
          protocol: udp
          protocol_options: {udp: true}
          source: {any: true}
          destination: {any: true}
          inactive: true
    ogs:
    - object_type: network
      object_groups:
      - name: RESOLVERS
        network_object:
          host: [208.67.222.222, 208.67.220.220]
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
format ansible
dns-udp-53 permitted @9
dns-tcp-443 partly-denied
dns-udp-443 denied
neutral 1
rejected 0
assumes judged on its own
