--- title
An ipset file is no rule set
--- input sets.ipset
create CLIENTS hash:net family inet
add CLIENTS 10.0.0.0/8
--- args
--service dns
--- expect
exit 2
finding unsupported-format
help give it with `--ipset FILE` beside the rule set that uses it
