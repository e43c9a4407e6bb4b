--- title
An access list that is not in the text is an error, and those that are there are named
--- input asa.cfg
access-list OFFICE extended permit ip any any
--- args
--service dns --acl BRANCH
--- expect
exit 2
finding no-rule-base
