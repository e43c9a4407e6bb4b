--- title
Rules that the dump does not show may stand in OUTPUT too
--- input rules.v4
# Warning: iptables-legacy tables present, use iptables-legacy-save to see them
*filter
:INPUT ACCEPT [0:0]
:OUTPUT DROP [0:0]
-A OUTPUT -p udp -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 1
dns-udp-443 undecided
dns-tcp-443 denied opening @4
finding hidden-rules @1
