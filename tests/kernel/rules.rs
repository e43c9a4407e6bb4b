//! One random rule in the words of iptables-save.

use super::random_policy::Dice;

/// What the rules of a table may be made of.
pub struct Rules<'d> {
    pub dice: &'d mut Dice,
    pub table: &'static str,
    /// May they ask for interfaces?
    pub interfaces: bool,
    /// May they change destinations?
    pub destinations: bool,
    /// May they change sources?
    pub sources: bool,
}

/// The protocol that a rule asks for.
#[derive(Clone, Copy, PartialEq)]
enum Proto {
    Any,
    Tcp,
    Udp,
}

impl Rules<'_> {
    /// Everything behind `-A CHAIN`; `base` is the built-in chain that leads here.
    pub fn rule(&mut self, chain: &str, base: &str, callees: &[String]) -> String {
        let mut text = String::new();
        let proto = self.protocol(&mut text);
        self.addresses(&mut text);
        self.interface(&mut text, chain);
        self.ports(&mut text, proto);
        self.connection(&mut text, base);
        self.marks(&mut text);
        if self.dice.chance(6) {
            let known = [
                " -m comment --comment \"x -j DROP \\\" y\"",
                " -m pkttype --pkt-type unicast",
                " -m recent --set --name seen --mask 255.255.255.255 --rsource",
                " -m policy --dir in --pol none",
            ];
            // The last one is refused on the way out.
            let many = known.len() - usize::from(!matches!(chain, "PREROUTING" | "INPUT" | "FORWARD"));
            text.push_str(self.dice.pick(&known[..many]));
        }
        let target = self.target(base, proto, callees);
        text + &target
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
            _ => Proto::Any,
        }
    }

    fn client(&mut self) -> &'static str {
        self.dice.pick(&[
            "10.20.0.0/16",
            "10.20.0.0/17",
            "10.20.64.0/18",
            "10.20.128.0/19",
            "10.20.0.3/255.255.0.255",
            "10.20.0.1/255.255.0.253",
            "10.0.0.0/8",
        ])
    }

    fn server(&mut self) -> &'static str {
        let firewall = if self.sources { "203.0.113.5/32" } else { "208.67.220.220/32" };
        self.dice.pick(&[
            "208.67.222.222/32",
            "208.67.220.220/32",
            "208.67.0.0/16",
            "146.112.0.0/16",
            "10.99.0.0/24",
            "10.99.0.222/32",
            firewall,
        ])
    }

    fn addresses(&mut self, text: &mut String) {
        for (option, percent) in [("-s", 25), ("-d", 25)] {
            if !self.dice.chance(percent) {
                continue;
            }
            let address =
                if self.dice.chance(if option == "-s" { 75 } else { 25 }) { self.client() } else { self.server() };
            *text += &format!("{} {option} {address}", self.not(20));
        }
        if self.dice.chance(4) {
            let range =
                self.dice.pick(&["--src-range 10.20.9.0-10.20.140.255", "--dst-range 208.67.220.0-208.67.222.222"]);
            *text += &format!(" -m iprange{} {range}", self.not(30));
        }
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
            Proto::Any => return,
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
            let ports = self.dice.pick(&["53,443", "53,80,443,853", "80,1024:32767", "53:80,5353", "1:1023"]);
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
            let option = match self.dice.below(6) {
                0 => format!("--ctorigdst {}", self.server()),
                1 => format!("--ctorigsrc {}", self.client()),
                2 => format!("--ctorigdstport {}", self.dice.pick(&["53", "443", "80"])),
                3 if base != "PREROUTING" => format!("--ctreplsrc {}", self.server()),
                4 => "--ctproto 17".to_owned(),
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
        let has_ports = proto != Proto::Any;
        let target = match (self.table, base, self.dice.below(10)) {
            ("raw", _, 0..=2) => self.dice.pick(&["NOTRACK", "CT --notrack"]).to_owned(),
            ("raw" | "mangle", _, 3..=4) | ("mangle", _, 0..=2) | ("nat", _, 7) => self.mark(),
            ("nat", "PREROUTING" | "OUTPUT", 0..=4) if self.destinations => self.destination(has_ports),
            ("nat", "POSTROUTING", 0..=4) if self.sources => self.source(has_ports),
            ("filter", _, 0..=4) => "ACCEPT".to_owned(),
            ("filter", _, 5) => "DROP".to_owned(),
            ("filter", _, 6) => match (proto, self.dice.below(2)) {
                (Proto::Tcp, 0) => "REJECT --reject-with tcp-reset".to_owned(),
                _ => "REJECT --reject-with icmp-port-unreachable".to_owned(),
            },
            ("filter", _, 7) => self.mark(),
            (_, _, 8) => "RETURN".to_owned(),
            ("raw" | "mangle", _, 9) if self.dice.chance(25) => "DROP".to_owned(),
            (_, _, 9) if self.dice.chance(50) => "LOG".to_owned(),
            (_, _, 9) => return String::new(),
            _ => "ACCEPT".to_owned(),
        };
        format!(" -j {target}")
    }

    fn mark(&mut self) -> String {
        let value = self.dice.pick(&["0x1/0xffffffff", "0x1/0x1", "0x2/0x3", "0x0/0x1", "0x3/0x0", "0x10/0x10"]);
        match self.dice.below(5) {
            0 => "CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff".to_owned(),
            // Restoring is refused elsewhere by old kernels; where it is taken it works in any table.
            1 if self.table == "mangle" => "CONNMARK --restore-mark --nfmask 0x3 --ctmask 0x13".to_owned(),
            2 => format!("CONNMARK --set-xmark {value}"),
            _ => format!("MARK --set-xmark {value}"),
        }
    }

    fn destination(&mut self, has_ports: bool) -> String {
        let firewall = if self.sources { "203.0.113.5" } else { "10.99.0.104" };
        let address = self.dice.pick(&["10.99.0.222", "10.99.0.220", "208.67.220.220", "208.67.222.222", firewall]);
        let port = self.dice.pick(&["53", "443", "8080"]);
        match self.dice.below(8) {
            0 if has_ports => format!("REDIRECT --to-ports {port}"),
            0 | 1 => "REDIRECT".to_owned(),
            2 if has_ports => format!("DNAT --to-destination :{port}"),
            3 if has_ports => format!("DNAT --to-destination {address}:{port}"),
            4 => format!("NETMAP --to {}", self.dice.pick(&["10.99.0.0/24", "208.67.222.0/24"])),
            _ => format!("DNAT --to-destination {address}"),
        }
    }

    fn source(&mut self, has_ports: bool) -> String {
        match self.dice.below(8) {
            0 => "MASQUERADE".to_owned(),
            1 if has_ports => "SNAT --to-source 203.0.113.5:20000-60000".to_owned(),
            _ => "SNAT --to-source 203.0.113.5".to_owned(),
        }
    }
}
