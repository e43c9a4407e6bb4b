//! One random rule in the words of iptables-save.

use super::random_policy::Dice;
use super::sets::Named;
use super::words::Words;
use fwproof::space::Family;

/// What the rules of a table may be made of.
pub struct Rules<'d> {
    pub dice: &'d mut Dice,
    pub words: &'static Words,
    pub table: &'static str,
    /// May they ask for interfaces?
    pub interfaces: bool,
    /// May they change destinations?
    pub destinations: bool,
    /// May they change sources?
    pub sources: bool,
    /// The sets that they may ask.
    pub sets: &'d [Named],
}

/// The protocol that a rule asks for.
#[derive(Clone, Copy, PartialEq)]
enum Proto {
    Any,
    Tcp,
    Udp,
    /// One without ports.
    Other,
}

impl Rules<'_> {
    /// Everything behind `-A CHAIN`; `base` is the one built-in chain that leads here,
    /// empty where several do.
    pub fn rule(&mut self, chain: &str, base: &str, callees: &[String]) -> String {
        let mut text = String::new();
        let proto = self.protocol(&mut text);
        self.addresses(&mut text);
        self.set(&mut text);
        self.interface(&mut text, chain);
        self.ports(&mut text, proto);
        self.connection(&mut text, base);
        self.marks(&mut text);
        if self.dice.chance(9) {
            self.decided(&mut text, base);
        }
        let target = self.target(base, proto, callees);
        text + &target
    }

    /// Matches that are decided for every conversation of the laboratory.
    fn decided(&mut self, text: &mut String, base: &str) {
        let (coming, passing) = (base == "PREROUTING", base == "FORWARD");
        let recent = match self.words.family {
            Family::V4 => "recent --set --name seen --mask 255.255.255.255 --rsource",
            Family::V6 => "recent --set --name seen6 --rsource",
        };
        let not = self.not(25);
        *text += &match self.dice.below(10) {
            0 => " -m comment --comment \"x -j DROP \\\" y\"".to_owned(),
            1 => format!(" -m pkttype{not} --pkt-type {}", self.dice.pick(&["unicast", "broadcast", "multicast"])),
            2 => format!(" -m {recent}"),
            // Which way a packet of IPsec went is only asked where it is known.
            3 if coming || base == "INPUT" => {
                format!(" -m policy --dir in --pol {}", self.dice.pick(&["none", "ipsec"]))
            }
            3 if passing => format!(" -m policy --dir {} --pol none", self.dice.pick(&["in", "out"])),
            4 if coming && self.table != "nat" => {
                format!(" -m rpfilter{}", self.dice.pick(&["", " --loose", " --invert", " --validmark"]))
            }
            5 if passing => format!(" -m physdev{not} --physdev-is-bridged"),
            6 if passing || coming => format!(" -m physdev{not} --physdev-is-in"),
            7 if passing => format!(" -m physdev{not} --physdev-is-out"),
            // The firewall's own packets have an end that is local.
            _ if coming || passing => {
                let kinds = ["LOCAL", "MULTICAST", "UNICAST", "LOCAL,MULTICAST", "BROADCAST", "LOCAL,BROADCAST"];
                // IPv6 has no broadcast.
                let kind = self.dice.pick(&kinds[..if self.words.family == Family::V4 { 6 } else { 4 }]);
                // Answers to a client whose address was translated may be for the firewall.
                let undecided = coming && self.table != "nat" && self.sources && !self.dice.chance(5);
                format!(
                    " -m addrtype{not} --{}-type {kind}",
                    if undecided { "src" } else { self.dice.pick(&["src", "dst"]) }
                )
            }
            _ => " -m comment --comment plain".to_owned(),
        };
        if self.words.family == Family::V4 && self.dice.chance(15) {
            *text += self.dice.pick(&[" -f", " ! -f"]);
        }
    }

    fn not(&mut self, percent: u64) -> &'static str {
        if self.dice.chance(percent) { " !" } else { "" }
    }

    fn protocol(&mut self, text: &mut String) -> Proto {
        match self.dice.below(10) {
            0..=2 => {
                text.push_str(" -p tcp");
                Proto::Tcp
            }
            3..=5 => {
                text.push_str(" -p udp");
                Proto::Udp
            }
            6 => {
                text.push_str(self.dice.pick(&[" ! -p tcp", " ! -p udp"]));
                Proto::Any
            }
            7 if self.dice.chance(15) => {
                text.push_str(self.dice.pick(self.words.other_protocols));
                Proto::Other
            }
            _ => Proto::Any,
        }
    }

    fn client(&mut self) -> &'static str {
        self.dice.pick(self.words.clients)
    }

    fn server(&mut self) -> String {
        match self.dice.below(self.words.servers.len() as u64 + 1) as usize {
            0 if self.sources => self.words.own.to_owned(),
            0 => self.words.servers[1].to_owned(),
            n => self.words.servers[n - 1].to_owned(),
        }
    }

    fn addresses(&mut self, text: &mut String) {
        for (option, percent) in [("-s", 25), ("-d", 25)] {
            if !self.dice.chance(percent) {
                continue;
            }
            let of_clients = self.dice.chance(if option == "-s" { 75 } else { 25 });
            let address = if of_clients { self.client().to_owned() } else { self.server() };
            *text += &format!("{} {option} {address}", self.not(20));
        }
        if self.dice.chance(4) {
            let range = self.dice.pick(self.words.ranges);
            *text += &format!(" -m iprange{} {range}", self.not(30));
        }
    }

    fn set(&mut self, text: &mut String) {
        let sets: Vec<&Named> = self.sets.iter().filter(|s| self.interfaces || !s.interfaces).collect();
        if sets.is_empty() || !self.dice.chance(15) {
            return;
        }
        let set = sets[self.dice.below(sets.len() as u64) as usize];
        let directions = match set.parts {
            1 => self.dice.pick(&["src", "dst", "dst,src"]),
            _ => self.dice.pick(&["src,src", "dst,dst", "dst,dst", "src,dst", "dst,src", "dst"]),
        };
        let nomatch = if self.dice.chance(10) { " --return-nomatch" } else { "" };
        *text += &format!(" -m set{} --match-set {} {directions}{nomatch}", self.not(25), set.name);
    }

    fn interface(&mut self, text: &mut String, chain: &str) {
        let (mut can_in, mut can_out) =
            (self.interfaces && self.dice.chance(20), self.interfaces && self.dice.chance(15));
        can_in &= !matches!(chain, "OUTPUT" | "POSTROUTING");
        can_out &= !matches!(chain, "INPUT" | "PREROUTING");
        for (option, wanted) in [("-i", can_in), ("-o", can_out)] {
            if wanted {
                let name = self.dice.pick(&["lan0", "wan0", "dmz0", "lan0", "wan+", "+", "eth0"]);
                *text += &format!("{} {option} {name}", self.not(25));
            }
        }
    }

    fn ports(&mut self, text: &mut String, proto: Proto) {
        let name = match proto {
            Proto::Any | Proto::Other => return,
            Proto::Tcp => "tcp",
            Proto::Udp => "udp",
        };
        if self.dice.chance(45) {
            *text += &format!(" -m {name}");
            if self.dice.chance(75) {
                let port = self.dice.pick(&["53", "80", "443", "53:442", "443:", ":79", "5353"]);
                *text += &format!("{} --dport {port}", self.not(15));
            } else {
                let port = self.dice.pick(&["53", "80", "443", "1024:65535", "1024:32767", "32768:", ":1023"]);
                *text += &format!("{} --sport {port}", self.not(15));
            }
        } else if self.dice.chance(30) {
            let option = self.dice.pick(&["--dports", "--ports", "--sports"]);
            let ports = self.dice.pick(&[
                "53,443",
                "53,80,443,853",
                "80,1024:32767",
                "53:80,5353",
                "1:1023",
                "1,2,3,4,5,6,7,8,9,10,11,12,13,53,443",
            ]);
            *text += &format!(" -m multiport{} {option} {ports}", self.not(20));
        }
        if proto == Proto::Tcp && self.dice.chance(12) {
            let flags = self.dice.pick(&[
                "SYN,ACK SYN",
                "FIN,SYN,RST,ACK SYN",
                "SYN,RST SYN",
                "SYN,ACK SYN,ACK",
                "ACK ACK",
                "SYN NONE",
            ]);
            *text += &format!(" -m tcp{} --tcp-flags {flags}", self.not(25));
        }
    }

    fn connection(&mut self, text: &mut String, base: &str) {
        if self.dice.chance(22) {
            let states = [
                "NEW",
                "ESTABLISHED",
                "NEW,ESTABLISHED",
                "INVALID",
                "UNTRACKED",
                "NEW,UNTRACKED",
                "RELATED,ESTABLISHED",
                "INVALID,NEW",
                "DNAT",
                "SNAT",
            ];
            let states = self.dice.pick(&states[..if self.table == "nat" { 6 } else { states.len() }]);
            let not = self.not(15);
            let plain = !states.contains("NAT") && self.dice.chance(30);
            *text += &if plain {
                format!(" -m state{not} --state {states}")
            } else {
                format!(" -m conntrack{not} --ctstate {states}")
            };
        }
        if self.dice.chance(8) {
            let answers_known = self.table == "filter" || !matches!(base, "" | "PREROUTING");
            let option = match self.dice.below(9) {
                0 => format!("--ctorigdst {}", self.server()),
                1 => format!("--ctorigsrc {}", self.client()),
                2 => format!("--ctorigdstport {}", self.dice.pick(&["53", "443", "80"])),
                3 if answers_known => format!("--ctreplsrc {}", self.server()),
                4 => format!("--ctproto {}", self.dice.pick(&["17", "6"])),
                5 => format!("--ctorigsrcport {}", self.dice.pick(&["1024:32767", "40000:65535"])),
                6 if answers_known => format!("--ctrepldst {}", self.client()),
                _ => {
                    *text += &format!(" -m conntrack --ctdir {}", self.dice.pick(&["ORIGINAL", "REPLY"]));
                    return;
                }
            };
            *text += &format!(" -m conntrack{} {option}", self.not(20));
        }
    }

    fn marks(&mut self, text: &mut String) {
        if self.dice.chance(10) {
            let module = self.dice.pick(&["mark", "connmark"]);
            let value = self.dice.pick(&["0x0", "0x1", "0x1/0x1", "0x2/0x3", "0x3", "0x10/0x10"]);
            *text += &format!(" -m {module}{} --mark {value}", self.not(35));
        }
    }

    fn target(&mut self, base: &str, proto: Proto, callees: &[String]) -> String {
        if !callees.is_empty() && self.dice.chance(30) {
            let callee = self.dice.below(callees.len() as u64) as usize;
            let jump = if self.dice.chance(30) { "-g" } else { "-j" };
            return format!(" {jump} {}", callees[callee]);
        }
        let has_ports = matches!(proto, Proto::Tcp | Proto::Udp);
        let target = match (self.table, base, self.dice.below(10)) {
            ("raw", _, 0..=2) => self.dice.pick(&["NOTRACK", "CT --notrack"]).to_owned(),
            ("raw" | "mangle", _, 3..=4) | ("mangle", _, 0..=2) | ("nat", _, 7) => self.mark(),
            ("nat", "PREROUTING" | "OUTPUT", 0..=4) if self.destinations => self.destination(has_ports),
            ("nat", "POSTROUTING", 0..=4) if self.sources => self.source(has_ports),
            // The only translation there; MASQUERADE and port ranges are for POSTROUTING.
            ("nat", "INPUT", 0..=1) if self.sources => format!("SNAT --to-source {}", self.words.own),
            ("filter", _, 0..=4) => "ACCEPT".to_owned(),
            ("security", _, 5) => "DROP".to_owned(),
            ("security", _, 6) => self.mark(),
            ("filter", _, 5) => "DROP".to_owned(),
            ("filter", _, 6) => match (proto, self.dice.below(2)) {
                (Proto::Tcp, 0) => "REJECT --reject-with tcp-reset".to_owned(),
                _ => format!("REJECT --reject-with {}", self.dice.pick(self.words.rejections)),
            },
            ("filter", _, 7) => self.mark(),
            (_, _, 8) => "RETURN".to_owned(),
            ("raw" | "mangle", _, 9) if self.dice.chance(25) => "DROP".to_owned(),
            (_, _, 9) => return self.going_on(base, proto),
            _ => "ACCEPT".to_owned(),
        };
        format!(" -j {target}")
    }

    /// Targets after which the next rule is asked, or none.
    fn going_on(&mut self, base: &str, proto: Proto) -> String {
        let ttl = if self.words.family == Family::V4 { "TTL --ttl-set 60" } else { "HL --hl-set 60" };
        let target = match (self.table, base, self.dice.below(7)) {
            (_, _, 0) => "LOG --log-prefix \"x -j DROP \" --log-level 7",
            (_, _, 1) => "NFLOG --nflog-prefix x --nflog-group 9",
            ("mangle", "FORWARD" | "POSTROUTING", 2) if proto == Proto::Tcp => {
                return " -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu".to_owned();
            }
            ("mangle", _, 2) => ttl,
            ("mangle", _, 3) => "DSCP --set-dscp 0x0a",
            ("mangle", _, 4) => "TOS --set-tos 0x10/0x3f",
            ("mangle", "POSTROUTING", 5) => "CLASSIFY --set-class 1:10",
            ("raw", _, 2) => "CT --ctevents new",
            ("mangle", _, 6) => "CHECKSUM --checksum-fill",
            _ => return String::new(),
        };
        format!(" -j {target}")
    }

    fn mark(&mut self) -> String {
        let value = self.dice.pick(&["0x1/0xffffffff", "0x1/0x1", "0x2/0x3", "0x0/0x1", "0x3/0x0", "0x10/0x10"]);
        match self.dice.below(7) {
            5 => format!(
                "MARK {}",
                self.dice.pick(&["--and-mark 0x1", "--or-mark 0x12", "--xor-mark 0x3", "--set-mark 0x2/0x2"])
            ),
            6 => format!(
                "CONNMARK {}",
                self.dice.pick(&["--set-mark 0x2/0x3", "--and-mark 0x11", "--or-mark 0x1", "--save-mark"])
            ),
            0 => "CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff".to_owned(),
            // Restoring is refused elsewhere by old kernels; where it is taken it works in any table.
            1 if self.table == "mangle" => "CONNMARK --restore-mark --nfmask 0x3 --ctmask 0x13".to_owned(),
            2 => format!("CONNMARK --set-xmark {value}"),
            _ => format!("MARK --set-xmark {value}"),
        }
    }

    fn destination(&mut self, has_ports: bool) -> String {
        let firewall = if self.sources { self.words.own } else { self.words.another };
        let address = match self.dice.below(5) as usize {
            4 => firewall,
            n => self.words.destinations[n],
        };
        let port = self.dice.pick(&["53", "443", "8080"]);
        match self.dice.below(8) {
            0 if has_ports => format!("REDIRECT --to-ports {port}"),
            0 | 1 => "REDIRECT".to_owned(),
            2 if has_ports => format!("DNAT --to-destination :{port}"),
            3 if has_ports => format!("DNAT --to-destination {}:{port}", self.words.bracketed(address)),
            4 => format!("NETMAP --to {}", self.dice.pick(self.words.networks)),
            5 => format!("DNAT --to-destination {address} {}", self.dice.pick(&["--persistent", "--random"])),
            _ => format!("DNAT --to-destination {address}"),
        }
    }

    fn source(&mut self, has_ports: bool) -> String {
        let own = self.words.own;
        match self.dice.below(8) {
            0 => format!("MASQUERADE{}", self.dice.pick(&["", " --random", " --random-fully"])),
            1 if has_ports => format!("SNAT --to-source {}:20000-60000", self.words.bracketed(own)),
            _ => format!("SNAT --to-source {own}"),
        }
    }
}
