--- title
An answer that INPUT drops, mended in INPUT
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 denied answer @2
dns-tcp-443 permitted @4
finding answer-dropped @2
help -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
