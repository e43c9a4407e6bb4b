--- title
An untracked request makes the UDP answer NEW
--- input rules.v4
*raw
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp --dport 443 -j NOTRACK
COMMIT
*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 denied answer @6
dns-udp-53 permitted
