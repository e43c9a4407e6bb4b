--- title
Lists without a binding are no rule base, and --acl is named
--- input asa.cfg
access-list OFFICE extended permit ip any any
--- args
--service dns
--- expect
exit 2
finding no-rule-base
help --acl OFFICE
