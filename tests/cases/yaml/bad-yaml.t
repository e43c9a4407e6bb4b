--- title
Text that is no YAML is an error at its place
--- input rules.yaml
fwproof: 1
rules:
  - {action: permit
  - {action: deny}
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding invalid-yaml
