--- title
The second direction is the interface by which packets enter or leave
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m set --match-set WAYS src,src -m set --match-set EXITS dst,dst -j ACCEPT
COMMIT
--- ipset sets.ipset
create WAYS hash:net,iface family inet
add WAYS 10.0.0.0/8,lan0
create EXITS hash:net,iface family inet
add EXITS 0.0.0.0/0,wan0
--- args
--service dns --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0
--- expect
exit 0
dns-udp-443 permitted @4
