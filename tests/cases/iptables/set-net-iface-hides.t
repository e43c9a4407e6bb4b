--- title
A longer network with another interface hides the shorter one (kernel-checked)
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set WAYS src,src -j ACCEPT
COMMIT
--- ipset sets.ipset
create WAYS hash:net,iface family inet
add WAYS 10.0.0.0/8,lan0
add WAYS 10.1.0.0/16,lan1
--- args
--service dns --from 10.1.0.0/16 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-udp-443 denied opening @2
