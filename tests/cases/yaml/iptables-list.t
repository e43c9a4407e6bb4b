--- title
Rules of iptables in a list, with the policies beside it
--- input rules.yaml
policies: {FORWARD: DROP, INPUT: DROP}
rules:
  - -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  - "-A FORWARD -m comment --comment \"resolvers\" -p udp -m multiport --dports 53,443 -j ACCEPT"
  - -A FORWARD -p tcp --dport 53 -j REJECT --reject-with tcp-reset
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 1
format iptables-yaml
dns-udp-443 permitted @4
dns-tcp-53 denied opening @5
denial dns-tcp-53 tcp-reset
dns-tcp-443 denied opening @1
