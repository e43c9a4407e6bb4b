--- title
A filter table with no rule that accepts everything gets a warning, since other hooks may exist
--- input rules.v4
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
dns-udp-443 permitted @2
dns-udp-53 permitted @2
dns-tcp-53 permitted @2
dns-tcp-443 permitted @2
finding empty-rule-base
