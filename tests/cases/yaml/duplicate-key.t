--- title
A key that stands twice is an error
--- input rules.yaml
fwproof: 1
default: permit
default: deny
rules: []
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding invalid-yaml @3
