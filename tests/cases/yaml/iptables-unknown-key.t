--- title
An unknown key beside rules of iptables
--- input rules.yaml
polices: {FORWARD: DROP}
rules: ["-A FORWARD -j ACCEPT"]
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 2
finding unknown-key @1
help policies
