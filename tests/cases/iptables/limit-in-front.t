--- title
Limits that permit and limits that deny are named with what each of them does
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --dport 443 -m hashlimit --hashlimit-above 10/sec --hashlimit-mode srcip --hashlimit-name h -j DROP
-A FORWARD -p udp -m limit --limit 10/sec -j ACCEPT
-A FORWARD -p tcp -m connlimit --connlimit-above 20 --connlimit-mask 32 --connlimit-saddr -j REJECT --reject-with tcp-reset
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided @4
dns-udp-53 undecided @5
dns-tcp-443 undecided @6
finding limit-in-front @4
finding limit-in-front @5
finding limit-in-front @6
no-finding undecided
note denied while `-m hashlimit --hashlimit-above 10/sec --hashlimit-mode srcip --hashlimit-name h` at rules.v4:4 holds
note permitted only while `-m limit --limit 10/sec` at rules.v4:5 holds
note denied while `-m connlimit --connlimit-above 20
