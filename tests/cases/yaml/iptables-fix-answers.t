--- title
Where answers are lost as well, a rule for them goes on top of the chain
--- input rules.yaml
policies: {FORWARD: DROP}
rules:
- iptables -A FORWARD -p tcp --dport 25 -j ACCEPT
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @1
help - iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
help - iptables -A FORWARD -s 10.1.0.0/16 -d 208.67.220.220/32,208.67.222.222/32
help the first line: insert above line 3; the rest: append after line 3, the last rule of `FORWARD`
