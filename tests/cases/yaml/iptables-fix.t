--- title
What to write is an item in the manner of the others: below a chain without `-A`, above the rule that denies
--- input rules.yaml
filter:
  FORWARD:
    policy: DROP
    rules:
      - -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      - -p udp --dport 443 -j DROP
      - -j ACCEPT
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @6
help insert above line 6
help       - -s 10.1.0.0/16 -d 208.67.220.220/32,208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT
