--- title
A fix for everything permits the resolvers by their addresses and not by the blocks that web traffic needs
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
--- args
--from 10.0.0.0/8
--- expect
exit 1
dns-udp-443 denied opening @2
help -d 208.67.220.220/32,208.67.222.222/32 -p tcp -m multiport --dports 53,443 -j ACCEPT
