--- title
An access list that is bound to nothing is judged on its own
--- input asa.cfg
access-list OFFICE extended permit udp any any eq domain
access-list OFFICE extended deny udp any any
access-list OFFICE extended permit tcp any any eq https
access-list OTHER extended deny ip any any
--- args
--service dns --acl OFFICE
--- expect
exit 1
dns-udp-53 permitted @1
dns-udp-443 denied opening @2
dns-tcp-53 denied opening @3
dns-tcp-443 permitted @3
assumes `OFFICE` is judged on its own
help at the end of the access list `OFFICE`
help access-list OFFICE extended permit tcp
