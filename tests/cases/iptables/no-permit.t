--- title
Everything ends in the policy, and nothing permits what is needed
--- input rules.v4
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -p udp -m udp --dport 123 -j ACCEPT
COMMIT
--- args
--from 10.20.0.0/16 --region london
--- expect
exit 1
dns-udp-443 denied opening @3
swg-https@london denied opening @3
finding no-permit @3
state Unprotected
state Cloud service unavailable
capture udp 443 to 208.67.222.222/32, 208.67.220.220/32: requests without any answer
capture udp 53 to 208.67.222.222/32, 208.67.220.220/32: requests without any answer
capture tcp 443 to 146.112.252.0/24, 146.112.56.0/24: the same SYN again and again
filter ip.addr == 208.67.222.222 or ip.addr == 208.67.220.220
