--- title
A playbook that deletes is no policy
--- input site.yaml
- hosts: firewalls
  tasks:
  - name: clean up
    cisco.asa.asa_acls:
      config:
        acls:
        - name: OUT
      state: deleted
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base @8
help gather
