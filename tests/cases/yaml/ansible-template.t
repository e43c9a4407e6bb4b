--- title
A template says nothing
--- input vars.yaml
- name: list
  cisco.asa.asa_acls:
    config: "{{ lists }}"
    state: merged
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding no-rule-base @4
