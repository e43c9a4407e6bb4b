--- title
A task that says what is on the device
--- input site.yaml
- hosts: firewalls
  tasks:
  - name: list
    cisco.asa.asa_acls: &list
      config:
        acls:
        - name: OUT
          aces:
          - grant: deny
            protocol_options: {udp: true}
            source: {any: true}
            destination: {any: true, port_protocol: {eq: 443}}
          - {grant: permit, protocol_options: {ip: true}, source: {any: true}, destination: {any: true}}
      state: replaced
  - name: again
    cisco.asa.asa_acls: *list
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied @9
dns-udp-53 permitted @13
finding quic-block
