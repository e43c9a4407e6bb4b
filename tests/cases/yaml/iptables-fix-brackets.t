--- title
In a list in brackets, what to write is quoted
--- input rules.yaml
policies: {FORWARD: ACCEPT}
rules: ['-A FORWARD -p udp --dport 443 -j quic', '-A quic -j LOG', '-A quic -j DROP']
chains: {quic: []}
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @2
help insert in line 2, in front of `-A FORWARD -p udp --dport 443 -j quic`
help '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-A FORWARD -s 10.1.0.0/16 -d 208.67.220.220/32,208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT'
