--- title
A list alone binds nothing: the report names the flag
--- input r1.cfg
ip access-list extended LAN
 permit ip 10.20.0.0 0.0.255.255 any
--- args
--service dns
--- expect
exit 2
finding no-rule-base
help --acl LAN
