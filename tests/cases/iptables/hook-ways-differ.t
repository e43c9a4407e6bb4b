--- title
Where the way out decides, the flag that chooses it is named
--- input rules.v4
*filter
:INPUT DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i eth+ -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A OUTPUT -o eth0 -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
COMMIT
--- args
--service dns --hook output --from 10.0.0.5
--- expect
exit 3
dns-udp-443 undecided
condition dns-udp-443 permitted for eth0
condition dns-udp-443 (choose with --out-interface)
help say by which interface the flows leave, with `--out-interface`
