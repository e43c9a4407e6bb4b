//! Rule sets by hand that ask sets of ipset: name, sets, rules. And random sets for random rule sets.

use super::random_policy::Dice;
use super::words::Words;
use fwproof::space::Family;

/// A set that rules may ask.
#[derive(Clone)]
pub struct Named {
    pub name: String,
    /// How many directions it is asked with.
    pub parts: usize,
    /// Does it ask for an interface?
    pub interfaces: bool,
    /// May a list of sets hold it? Lists hold no lists.
    listed: bool,
}

/// What a random set is made of: its type, its parts, and whether the last of them is an interface.
const KINDS: [(&str, usize, bool); 7] = [
    ("hash:net", 1, false),
    ("hash:ip", 1, false),
    ("hash:ip,port", 2, false),
    ("hash:net,port", 2, false),
    ("hash:net,iface", 2, true),
    ("bitmap:port", 1, false),
    ("list:set", 2, false),
];

/// Up to three random sets as ipset saves them.
pub fn random(dice: &mut Dice, words: &Words) -> (String, Vec<Named>) {
    let mut text = String::new();
    let mut sets: Vec<Named> = Vec::new();
    for number in 0..dice.below(4) {
        let (kind, parts, interfaces) = dice.pick(&KINDS);
        let name = format!("S{number}");
        text += &match kind {
            "bitmap:port" => format!("create {name} bitmap:port range 0-1023\n"),
            "list:set" => format!("create {name} list:set size 8\n"),
            _ => format!("create {name} {kind} family {}\n", inet(words.family)),
        };
        for element in 0..1 + dice.below(4) {
            match kind {
                "list:set" => {
                    let member = sets.get(element as usize).filter(|set| set.listed);
                    member.iter().for_each(|set| text += &format!("add {name} {}\n", set.name));
                }
                _ => text += &format!("add {name} {} -exist\n", random_element(dice, words, kind)),
            }
        }
        let interfaces = interfaces || kind == "list:set" && sets.iter().any(|s| s.interfaces);
        sets.push(Named { name, parts, interfaces, listed: kind != "list:set" });
    }
    (text, sets)
}

fn inet(family: Family) -> &'static str {
    if family == Family::V4 { "inet" } else { "inet6" }
}

fn random_element(dice: &mut Dice, words: &Words, kind: &str) -> String {
    let without_holes = |net: &&str| net.split('/').nth(1).is_some_and(|mask| mask.parse::<u8>().is_ok());
    let nets: Vec<&str> = words.clients.iter().chain(words.servers).copied().filter(without_holes).collect();
    let hosts: Vec<&str> =
        words.servers.iter().filter_map(|s| s.strip_suffix("/32").or(s.strip_suffix("/128"))).collect();
    let port = format!("{}:{}", dice.pick(&["tcp", "udp"]), dice.pick(&["53", "80", "443", "53-443"]));
    let nomatch = if dice.chance(30) { " nomatch" } else { "" };
    match kind {
        "hash:ip" => dice.pick(&hosts).to_owned(),
        "hash:ip,port" => format!("{},{port}", dice.pick(&hosts)),
        "hash:net,port" => format!("{},{port}{nomatch}", dice.pick(&nets)),
        "hash:net,iface" => format!("{},{}{nomatch}", dice.pick(&nets), dice.pick(&["lan0", "wan0", "dmz0"])),
        "bitmap:port" => dice.pick(&["53", "80", "443", "50-100"]).to_owned(),
        _ => format!("{}{nomatch}", dice.pick(&nets)),
    }
}

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
