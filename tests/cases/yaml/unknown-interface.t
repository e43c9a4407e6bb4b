--- title
An interface that is not listed is an error, with the nearest name
--- input rules.yaml
fwproof: 1
interfaces: [lan, guests, wan]
rules:
  - {action: permit, in: lan, out: wan}
--- args
--service dns --from 10.0.0.0/8 --in-interface lam
--- expect
exit 2
finding invalid-value
help did you mean `lan`?
