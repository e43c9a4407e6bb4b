//! Rule sets by hand that ask sets of ipset: name, sets, rules.

pub const ALL: &[(&str, &str, &str)] = &[
    (
        "the longest network decides",
        "create CLIENTS hash:net\nadd CLIENTS 10.20.0.0/16\nadd CLIENTS 10.20.0.0/18 nomatch\nadd CLIENTS 10.20.32.0/19\n\
         create HOSTS hash:ip\nadd HOSTS 208.67.222.222\nadd HOSTS 146.112.61.104-146.112.62.5\n",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n\
         -A FORWARD -m set --match-set CLIENTS src -m set --match-set HOSTS dst -j ACCEPT\n\
         -A FORWARD -p tcp -m set --match-set CLIENTS src,dst --return-nomatch -j ACCEPT\n\
         -A FORWARD -p udp -m udp --dport 80 -m set ! --match-set CLIENTS src -j ACCEPT\nCOMMIT\n",
    ),
    (
        "addresses with ports",
        "create RESOLVERS hash:ip,port\nadd RESOLVERS 208.67.222.222,53\nadd RESOLVERS 208.67.220.220,udp:53\n\
         add RESOLVERS 208.67.222.222,udp:443-444\ncreate NETS hash:net,port\nadd NETS 146.112.0.0/16,tcp:443\n\
         add NETS 146.112.62.0/24,tcp:443 nomatch\nadd NETS 146.112.61.0/24,udp:443 nomatch\nadd NETS 146.112.0.0/16,udp:80\n",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -m set --match-set RESOLVERS dst,dst -j ACCEPT\n\
         -A FORWARD -m set --match-set NETS dst,dst -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 80 -m set ! --match-set RESOLVERS dst -j ACCEPT\n\
         -A FORWARD -m set --match-set RESOLVERS dst -j ACCEPT\nCOMMIT\n",
    ),
    (
        "networks with interfaces",
        "create WAYS hash:net,iface\nadd WAYS 10.20.0.0/16,lan0\nadd WAYS 10.20.64.0/18,wan0\nadd WAYS 10.20.128.0/18,lan0 nomatch\n\
         create EXITS hash:net,iface\nadd EXITS 0.0.0.0/0,wan0\nadd EXITS 146.112.0.0/16,dm wildcard\nadd EXITS 10.99.0.0/24,dm wildcard\n",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n\
         -A FORWARD -m set --match-set WAYS src,src -m set --match-set EXITS dst,dst -j ACCEPT\n\
         -A FORWARD -p tcp -m tcp --dport 53 -m set ! --match-set WAYS src,src -j ACCEPT\n\
         -A FORWARD -p udp -m udp --dport 53 -m set --match-set EXITS dst,src -j ACCEPT\nCOMMIT\n",
    ),
    (
        "ports, and lists of sets",
        "create PORTS bitmap:port range 0-1023\nadd PORTS 53\nadd PORTS 80\ncreate PAIRS hash:ip,port\nadd PAIRS 208.67.222.222,udp:443\n\
         create SOME bitmap:ip range 10.20.0.0/17\nadd SOME 10.20.0.0-10.20.31.255\ncreate SIX hash:ip family inet6\nadd SIX 2001:db8::1\n\
         create ALL list:set\nadd ALL PORTS\nadd ALL PAIRS before PORTS\nadd ALL SIX\n",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m set --match-set SOME src -m set --match-set PAIRS dst,dst -j DROP\nCOMMIT\n\
         *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -p udp -m set --match-set ALL dst,dst -j ACCEPT\n\
         -A FORWARD -p tcp -m set ! --match-set ALL dst -j ACCEPT\nCOMMIT\n",
    ),
    (
        "three parts",
        "create TRIPLES hash:ip,port,net\nadd TRIPLES 208.67.222.222,udp:443,10.20.0.0/16\n\
         add TRIPLES 208.67.222.222,udp:443,10.20.64.0/18 nomatch\nadd TRIPLES 208.67.220.220,tcp:443,10.20.0.0/17\n\
         create HOSTS hash:ip,port,ip\nadd HOSTS 10.20.0.0/19,tcp:80,146.112.61.104\n",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -m set --match-set TRIPLES dst,dst,src -j ACCEPT\n\
         -A FORWARD -m set --match-set HOSTS src,dst,dst -j ACCEPT\nCOMMIT\n",
    ),
    (
        "pairs of networks",
        "create PAIRS hash:net,net\nadd PAIRS 10.20.0.0/16,208.67.222.222\nadd PAIRS 10.20.64.0/18,208.67.0.0/16 nomatch\n\
         add PAIRS 10.20.128.0/18,208.67.222.222 nomatch\nadd PAIRS 10.20.128.0/18,208.67.0.0/16\n",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -m set --match-set PAIRS src,dst -j ACCEPT\nCOMMIT\n",
    ),
];
