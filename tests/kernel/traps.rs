//! Rule sets by hand, each for one thing that is easily got wrong.

pub const V4: &[(&str, &str)] = &[
    (
        "goto returns to the caller's caller",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -p tcp -j A\n-A FORWARD -p udp -g A\n\
      -A FORWARD -j ACCEPT\n-A A -p tcp -m tcp --dport 443 -g B\n-A A -p tcp -m tcp --dport 80 -j B\n-A A -j DROP\n\
      -A B -m comment --comment \"-j DROP\" \nCOMMIT\n",
    ),
    (
        "RETURN in a base chain applies the policy",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -p tcp -m tcp --dport 443 -j RETURN\n-A FORWARD -j ACCEPT\nCOMMIT\n",
    ),
    (
        "the destination changes before the filter",
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination 10.99.0.222\n\
      -A PREROUTING -p tcp -m tcp --dport 53 -j DNAT --to-destination 10.99.0.220:80\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -d 10.99.0.222/32 -j ACCEPT\n\
      -A FORWARD -d 10.99.0.220/32 -p tcp -m tcp --dport 80 -j ACCEPT\n-A FORWARD -d 208.67.222.222/32 -p tcp -m multiport --dports 80,443 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "an untracked request",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i lan0 -p udp -m udp --dport 53 -j NOTRACK\n\
      -A PREROUTING -i lan0 -p tcp -m tcp --dport 80 -j CT --notrack\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j REDIRECT\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\n-A FORWARD -i lan0 -m conntrack --ctstate UNTRACKED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "untracked from the next rule on",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP\n\
      -A PREROUTING -i lan0 -p udp -m udp --dport 53 -j NOTRACK\n-A PREROUTING -s 10.20.0.0/17 -m conntrack --ctstate UNTRACKED -j DROP\n\
      -A PREROUTING -p udp -m udp --dport 53 -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n",
    ),
    (
        "a template makes packets NEW before tracking, and NOTRACK comes too late",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 53 -j CT --ctevents new\n\
      -A PREROUTING -m conntrack --ctstate NEW -m conntrack --ctproto 6 -j DROP\n-A PREROUTING -i lan0 -p udp -j NOTRACK\n\
      -A PREROUTING -p udp -m udp --dport 443 -j CT --ctevents new\n-A PREROUTING -s 10.20.0.0/17 -m state --state NEW -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "where the server began, it is the original source",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i lan0 -p udp -m udp --dport 53:443 -j NOTRACK\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctorigdstport 53 -j REDIRECT\n\
      -A PREROUTING -p udp -m conntrack --ctorigsrcport 80 -j REDIRECT\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -p udp -m conntrack --ctorigsrc 208.67.220.220 -j DROP\n\
      -A FORWARD -p udp -m conntrack --ctstate NEW -m conntrack ! --ctrepldst 208.67.0.0/16 -j DROP\nCOMMIT\n",
    ),
    (
        "types of addresses on the way back",
        "*mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m addrtype --dst-type MULTICAST -j DROP\n\
      -A PREROUTING -p tcp -m addrtype ! --src-type UNICAST -j DROP\n-A POSTROUTING -o wan0 -m addrtype --dst-type LOCAL -j DROP\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j REDIRECT\n\
      -A POSTROUTING -m addrtype --src-type LOCAL -j ACCEPT\n-A POSTROUTING -o wan0 -p udp -j SNAT --to-source 203.0.113.5\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -p tcp -m tcp --dport 80 -m addrtype --src-type UNICAST ! --dst-type BROADCAST -j DROP\nCOMMIT\n",
    ),
    (
        "later packets untracked",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i lan0 -p tcp -m tcp --tcp-flags ACK ACK -j NOTRACK\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination :8080\n\
      -A PREROUTING -d 208.67.222.222/32 -p tcp -m tcp --dport 53 -j REDIRECT\n\
      -A POSTROUTING -o wan0 -p tcp -m tcp --dport 443 -j SNAT --to-source 203.0.113.5\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
    ),
    (
        "an untracked answer",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i wan0 -p udp -m udp --sport 53 -j NOTRACK\n\
      -A PREROUTING -i wan0 -p tcp -m tcp --sport 80 -j CT --notrack\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m conntrack --ctstate INVALID -j DROP\n-A FORWARD -j ACCEPT\nCOMMIT\n",
    ),
    (
        "an interface that is none",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD ! -i + -j DROP\n-A FORWARD ! -o wan+ -p udp -m udp --sport 1024:65535 -j DROP\n-A FORWARD ! -i lan0 -o lan+ -p tcp -m tcp --sport 443 -j DROP\nCOMMIT\n",
    ),
    (
        "either port",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -p tcp -m multiport --ports 53,80,440:450 -j ACCEPT\n-A FORWARD -p udp -m multiport ! --ports 53,80,1024:30000 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "negated lists",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m conntrack ! --ctstate NEW,INVALID -j ACCEPT\n-A FORWARD -p tcp -m multiport ! --dports 53,80 -j ACCEPT\n\
      -A FORWARD ! -s 10.20.0.0/17 ! -d 208.67.222.222/32 ! -p tcp -j ACCEPT\nCOMMIT\n",
    ),
    (
        "marks in every table",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j MARK --set-xmark 0x1/0x1\nCOMMIT\n\
      *mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n\
      -A PREROUTING -m mark --mark 0x1/0x1 -j MARK --set-xmark 0x2/0x2\n\
      -A POSTROUTING -m mark --mark 0x10/0x10 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff\n\
      -A FORWARD -m mark ! --mark 0x0 -m conntrack --ctstate ESTABLISHED -j DROP\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j MARK --set-xmark 0x10/0x10\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m connmark --mark 0x10/0x10 -j ACCEPT\n-A FORWARD -m mark --mark 0x10 -j ACCEPT\n-A FORWARD -m mark --mark 0x3/0x3 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a connection mark is restored",
        "*mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n\
      -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff\n-A PREROUTING -m mark ! --mark 0x0 -j ACCEPT\n\
      -A PREROUTING -p udp -j MARK --set-xmark 0x5/0xffffffff\n-A POSTROUTING -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m mark --mark 0x5 -j ACCEPT\n\
      -A FORWARD -p tcp -m connmark ! --mark 0x5 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a source that changes from the second packet on",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i lan0 -p tcp -m tcp --dport 80 --tcp-flags SYN,ACK SYN -j NOTRACK\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o wan0 -s 10.20.0.0/17 -j SNAT --to-source 203.0.113.5\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
    ),
    (
        "NEW is not enough for UDP",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -i lan0 -m conntrack --ctstate NEW -j ACCEPT\n-A FORWARD -i wan0 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n\
      -A FORWARD -i lan0 -p tcp -m tcp --dport 443 -m state --state ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a redirected flow meets INPUT and OUTPUT",
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT\n\
      -A PREROUTING -p tcp -m tcp --dport 53 -j REDIRECT --to-ports 5353\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n\
      -A INPUT -p tcp -m tcp --dport 5353 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n-A INPUT -p tcp -m conntrack --ctorigdstport 80 -j ACCEPT\n\
      -A OUTPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A OUTPUT -o lan0 -p udp -m udp --sport 53 -j ACCEPT\n-A FORWARD -j ACCEPT\nCOMMIT\n",
    ),
    (
        "only the port changes",
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination :8080\n\
      -A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination :80\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 443 -j DROP\nCOMMIT\n",
    ),
    (
        "networks are exchanged",
        "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n\
      -A PREROUTING -d 208.67.222.0/24 -p udp -j NETMAP --to 10.99.0.0/24\n-A PREROUTING -d 208.67.220.0/24 -j NETMAP --to 208.67.220.0/24\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -d 10.99.0.222/32 -j ACCEPT\n\
      -A FORWARD -s 10.99.0.222/32 -j ACCEPT\n-A FORWARD -s 208.67.0.0/16 -j ACCEPT\n-A FORWARD -d 208.67.0.0/16 -p tcp -j ACCEPT\nCOMMIT\n",
    ),
    (
        "an answer before its client's address is back",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.20.0.0/16 -p tcp -j DROP\n\
      -A PREROUTING -d 203.0.113.5/32 -p udp -m udp --sport 53 -j DROP\nCOMMIT\n\
      *mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 203.0.113.5/32 -p udp -m udp --sport 443 -j DROP\nCOMMIT\n\
      *nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o wan0 -m multiport -p tcp --dports 80,443 -j SNAT --to-source 203.0.113.5\n\
      -A POSTROUTING -o wan0 -p udp -j SNAT --to-source 203.0.113.5\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -s 10.20.0.0/16 -j ACCEPT\n-A FORWARD -d 10.20.0.0/16 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "the original destination",
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 208.67.222.222/32 -p udp -j DNAT --to-destination 208.67.220.220:53\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctorigdst 208.67.222.222 --ctorigdstport 443 -j ACCEPT\n\
      -A FORWARD -m conntrack --ctorigdst 208.67.222.222 -p tcp -j ACCEPT\n-A FORWARD -m conntrack --ctreplsrc 208.67.220.220 --ctdir REPLY -j DROP\n\
      -A FORWARD -m conntrack ! --ctstate DNAT -d 146.112.0.0/16 -j ACCEPT\n-A FORWARD -s 146.112.0.0/16 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a chain with the name of a target is jumped to",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:LOG - [0:0]\n:MARK - [0:0]\n\
      -A FORWARD -p udp -j LOG\n-A FORWARD -p tcp -j MARK\n-A LOG -p udp -m udp --dport 53 -j DROP\n-A MARK -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n",
    ),
    (
        "a second block replaces the first",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n-A FORWARD -j A\n-A A -p udp -j DROP\n-A A -j ACCEPT\nCOMMIT\n\
      *mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n-A FORWARD -p tcp -j A\n-A A -p tcp -m tcp --dport 443 -j DROP\nCOMMIT\n",
    ),
    (
        "a script of commands",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-P FORWARD DROP\n-N A\n:B - [0:0]\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\n-I FORWARD -p udp -j A\n\
      -I FORWARD 2 -s 10.20.0.0/17 -p tcp -m tcp --dport 53 -j DROP\n-A A -p udp -m udp --dport 53 -j ACCEPT\n\
      -A A -p udp -m udp --dport 443 -g B\n-A A -i wan0 -p udp -j ACCEPT\n-A B -s 10.20.0.0/17 -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 53 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a proxy that does not listen",
        "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j TPROXY --on-port 50080 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 443 -j DROP\nCOMMIT\n",
    ),
    (
        "ACCEPT ends one table only",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n\
      *mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j ACCEPT\n-A PREROUTING -j DROP\n-A POSTROUTING -o wan0 -p tcp -m tcp --dport 53 -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n",
    ),
    (
        "an interface that the packet came in by, behind routing and before it",
        "*mangle\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A PREROUTING -j A\n-A POSTROUTING -j B\n\
      -A A -o wan+ -j DROP\n-A A ! -o lan0 -p tcp -m tcp --dport 80 -j DROP\n-A B -i lan0 -p udp -m udp --dport 53 -j DROP\n-A B ! -i lan0 -p tcp -m tcp --sport 443 -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
    ),
    (
        "LOG goes on",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -j LOG --log-prefix \"x -j DROP \"\n\
      -A FORWARD -p tcp\n-A FORWARD -p tcp -j ACCEPT\nCOMMIT\n",
    ),
    (
        "a rejection that OUTPUT hides",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n\
      -A FORWARD -p udp -m udp --dport 53 -j REJECT\n-A FORWARD -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset\nCOMMIT\n",
    ),
    (
        "flags",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -m tcp --dport 80 --tcp-flags SYN,ACK SYN -j ACCEPT\n\
      -A FORWARD -p tcp -m tcp ! --syn -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT\n-A FORWARD -p udp -f -j ACCEPT\nCOMMIT\n",
    ),
    (
        "holes in masks",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n\
      -A FORWARD -s 10.20.0.3/255.255.0.255 -j ACCEPT\n-A FORWARD -m iprange --src-range 10.20.9.0-10.20.200.255 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "what the client sends later is not tracked",
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -s 10.20.0.0/16 -p tcp -m tcp --dport 80 ! --tcp-flags SYN,ACK SYN -j NOTRACK\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -s 10.20.0.0/16 -j ACCEPT\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED,UNTRACKED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "what the server sends later is not tracked",
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -d 10.20.0.0/16 -p tcp -m tcp --sport 80 ! --tcp-flags SYN,ACK SYN,ACK -j NOTRACK\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -d 10.20.0.0/16 -j ACCEPT\n\
      -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED,UNTRACKED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "connection marks before tracking",
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -m connmark ! --mark 0x7 -j DROP\n\
      -A PREROUTING -j CONNMARK --set-xmark 0x1/0xffffffff\n-A PREROUTING -p udp -m udp --dport 443 -j NOTRACK\n\
      -A OUTPUT -p udp -m connmark ! --mark 0x7 -j DROP\n-A OUTPUT -p tcp -m tcp --sport 80 -j NOTRACK\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT\n-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -m connmark --mark 0x1 -j DROP\n\
      -A FORWARD -p udp -m connmark ! --mark 0x1 -m udp --dport 443 -j DROP\nCOMMIT\n",
    ),
];

/// The same for IPv6.
pub const V6: &[(&str, &str)] = &[
    (
        "neighbour discovery is no part of a forwarded flow",
        "# Generated by ip6tables-save\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n\
      -A FORWARD -p ipv6-icmp -j DROP\n-A FORWARD -m conntrack --ctstate INVALID,UNTRACKED -j DROP\n\
      -A FORWARD -s 2001:db8:20::/113 -d 2620:119:35::35/128 -p udp -m multiport --dports 53,443 -j ACCEPT\n\
      -A FORWARD -s 2001:db8:20::/112 -d 2620:119:53::53/128 -p tcp -m tcp --dport 443 -j ACCEPT\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "redirected to an address of the way in",
        "# Generated by ip6tables-save\n*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n\
      -A PREROUTING -p udp -m udp --dport 53 -j REDIRECT\n-A PREROUTING -d 2620:119:53::53/128 -p tcp -j DNAT --to-destination [fd99::53]:8080\n\
      -A PREROUTING -d 2620:119:35::/64 -p tcp -m tcp --dport 443 -j NETMAP --to fd99::/112\n-A POSTROUTING -o wan0 -j MASQUERADE\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -s 2001:db8:20::/114 -p udp -m udp --dport 53 -j ACCEPT\n\
      -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n-A FORWARD -d fd99::53/128 -p tcp -m tcp ! --dport 8080 -j DROP\n\
      -A FORWARD -s 2001:db8:20::4000/114 -m conntrack --ctorigdst 2620:119:53::53 -j REJECT --reject-with icmp6-adm-prohibited\nCOMMIT\n",
    ),
    (
        "a port alone",
        "# Generated by ip6tables-save\n*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination :443\n\
      -A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination :443\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -d 2620:119:53::53/128 -p udp -m udp --dport 443 -j DROP\nCOMMIT\n",
    ),
    (
        "holes in masks, and ranges",
        "# Generated by ip6tables-save\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -s 2001:db8:20::3/ffff:ffff:ffff:ffff:ffff:ffff:ffff:00ff -j ACCEPT\n\
      -A FORWARD -p tcp -m iprange --src-range 2001:db8:20::2001-2001:db8:20::8002 ! --dst-range 2620:119:35::1-2620:119:35::ffff -j REJECT --reject-with tcp-reset\n\
      -A FORWARD -p tcp -j REJECT --reject-with icmp6-no-route\nCOMMIT\n",
    ),
];
