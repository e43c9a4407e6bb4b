--- title
The dump says that other rules exist: what it permits is undecided, what it denies stays denied
--- input rules.v4
# Warning: iptables-legacy tables present, use iptables-legacy-save to see them
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 undecided
dns-tcp-443 denied opening @3
finding hidden-rules @1
