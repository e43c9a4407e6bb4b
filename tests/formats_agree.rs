//! One policy, written as IOS, ASA, native YAML, iptables, Aerleon for four targets, facts of Ansible and rules of iptables
//! in YAML, gets one verdict.
//!
//! The policies are what all of them can say: an ordered list of permits and denials by source, destination, protocol and
//! ports on the way from an inner network to the Internet, with a denial at the end. IOS is stateless and gets the list
//! that answers need.

use crate::random_policy::Dice;
use fwproof::format::{FORMATS, Input, ReadOptions};
use fwproof::policy::Conversation;
use fwproof::source::Sources;
use fwproof::space::{Cube, Family, Field, IntervalSet, Packet, PacketSet};
use fwproof::verify::{Verdict, judge};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// How many random policies a run tries; `FWPROOF_POLICIES=N` asks for another number.
fn rounds() -> u64 {
    std::env::var("FWPROOF_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

pub const CLIENTS: u32 = 0x0a14_0000; // 10.20.0.0/16
pub const SERVERS: u32 = 0xd043_de00; // 208.67.222.0/24

#[derive(Clone, Copy)]
pub struct Net {
    pub address: u32,
    pub length: u32,
}

impl Net {
    fn random(dice: &mut Dice, base: u32, lengths: &[u32]) -> Option<Net> {
        if dice.chance(25) {
            return None;
        }
        let length = dice.pick(lengths);
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        Some(Net { address: (base | (dice.below(4) as u32 * 5)) & mask, length })
    }

    fn netmask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.length).unwrap_or(0)
    }

    pub fn cidr(self) -> String {
        format!("{}/{}", Ipv4Addr::from(self.address), self.length)
    }
}

fn cisco(net: Option<Net>, mask: impl Fn(u32) -> u32) -> String {
    match net {
        None => "any".to_owned(),
        Some(net) if net.length == 32 => format!("host {}", Ipv4Addr::from(net.address)),
        Some(net) => format!("{} {}", Ipv4Addr::from(net.address), Ipv4Addr::from(mask(net.netmask()))),
    }
}

pub struct Rule {
    pub permit: bool,
    pub from: Option<Net>,
    pub to: Option<Net>,
    pub proto: &'static str,
    pub sports: Option<(u16, u16)>,
    pub dports: Option<(u16, u16)>,
}

impl Rule {
    pub fn random(dice: &mut Dice) -> Rule {
        let proto = dice.pick(&["ip", "tcp", "udp", "udp", "tcp"]);
        let range = |dice: &mut Dice, percent, base: u16| {
            let low = base + dice.below(4) as u16;
            (proto != "ip" && dice.chance(percent)).then(|| (low, low + dice.below(3) as u16))
        };
        Rule {
            permit: dice.chance(60),
            from: Net::random(dice, CLIENTS, &[16, 24, 30, 32]),
            to: Net::random(dice, SERVERS, &[8, 24, 29, 30, 32]),
            proto,
            sports: range(dice, 20, 1024),
            dports: range(dice, 70, 51),
        }
    }

    pub fn verb(&self) -> &'static str {
        if self.permit { "permit" } else { "deny" }
    }

    fn cisco(&self, mask: impl Fn(u32) -> u32 + Copy) -> String {
        let ports = |p: Option<(u16, u16)>| match p {
            None => String::new(),
            Some((low, high)) if low == high => format!(" eq {low}"),
            Some((low, high)) => format!(" range {low} {high}"),
        };
        let (from, to) = (cisco(self.from, mask), cisco(self.to, mask));
        format!("{} {} {from}{} {to}{}", self.verb(), self.proto, ports(self.sports), ports(self.dports))
    }

    pub fn iptables(&self) -> String {
        let mut line = "-A FORWARD -i lan".to_owned();
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                write!(line, " {option} {value}").unwrap();
            }
        };
        let ports = |p: Option<(u16, u16)>| p.map(|(low, high)| format!("{low}:{high}"));
        add("-s", self.from.map(Net::cidr));
        add("-d", self.to.map(Net::cidr));
        add("-p", (self.proto != "ip").then(|| self.proto.to_owned()));
        add("--sport", ports(self.sports));
        add("--dport", ports(self.dports));
        let target = if self.permit { "ACCEPT" } else { "DROP" };
        format!("{line} -j {target}")
    }

    fn aerleon(&self, number: usize) -> String {
        let ports = |p: Option<(u16, u16)>| p.map(|(low, high)| format!("{low}-{high}"));
        let parts = [
            ("source-address", self.from.map(Net::cidr)),
            ("destination-address", self.to.map(Net::cidr)),
            ("protocol", (self.proto != "ip").then(|| self.proto.to_owned())),
            ("source-port", ports(self.sports)),
            ("destination-port", ports(self.dports)),
        ];
        let given: String = parts.iter().filter_map(|(k, v)| Some(format!(", {k}: {}", v.as_ref()?))).collect();
        format!("  - {{name: t{number}, action: {}{given}}}\n", if self.permit { "accept" } else { "deny" })
    }

    fn ansible(&self) -> String {
        let end = |net: Option<Net>, ports: Option<(u16, u16)>| {
            let address = match net {
                None => "any: true".to_owned(),
                Some(net) if net.length == 32 => format!("host: {}", Ipv4Addr::from(net.address)),
                Some(net) => {
                    format!("address: {}, netmask: {}", Ipv4Addr::from(net.address), Ipv4Addr::from(net.netmask()))
                }
            };
            let ports = match ports {
                None => String::new(),
                Some((low, high)) if low == high => format!(", port_protocol: {{eq: {low}}}"),
                Some((low, high)) => format!(", port_protocol: {{range: {{start: {low}, end: {high}}}}}"),
            };
            format!("{{{address}{ports}}}")
        };
        let (from, to) = (end(self.from, self.sports), end(self.to, self.dports));
        let protocol = format!("protocol_options: {{{}: true}}", self.proto);
        format!("    - {{grant: {}, {protocol}, source: {from}, destination: {to}}}", self.verb())
    }

    fn yaml(&self) -> String {
        let ports = |p: Option<(u16, u16)>| p.map(|(low, high)| format!("\"{low}-{high}\""));
        let parts = [
            ("from", self.from.map(|n| format!("\"{}\"", n.cidr()))),
            ("to", self.to.map(|n| format!("\"{}\"", n.cidr()))),
            ("proto", (self.proto != "ip").then(|| self.proto.to_owned())),
            ("source_ports", ports(self.sports)),
            ("ports", ports(self.dports)),
        ];
        let given: String = parts.iter().filter_map(|(k, v)| Some(format!(", {k}: {}", v.as_ref()?))).collect();
        format!("  - {{action: {}{given}}}", self.verb())
    }
}

pub fn lines(rules: &[Rule], line: impl Fn(&Rule) -> String) -> String {
    rules.iter().map(|rule| line(rule) + "\n").collect()
}

pub fn ios(rules: &[Rule]) -> String {
    let entries = lines(rules, |rule| format!(" {}", rule.cisco(|mask| !mask)));
    format!(
        "hostname r1\ninterface wan\n ip address 203.0.113.2 255.255.255.252\n ip access-group BACK in\ninterface lan\n \
         ip address 10.20.0.1 255.255.0.0\n ip access-group OUT in\nip route 0.0.0.0 0.0.0.0 203.0.113.1\n\
         ip access-list extended BACK\n permit tcp any any established\n permit udp any any\n permit icmp any any\n\
         ip access-list extended OUT\n{entries} deny ip any any\n"
    )
}

pub fn asa(rules: &[Rule]) -> String {
    let entries = lines(rules, |rule| format!("access-list OUT extended {}", rule.cisco(|mask| mask)));
    format!(
        "ASA Version 9.8(4)\ninterface G0/0\n nameif wan\n security-level 0\n ip address 203.0.113.2 255.255.255.252\n\
         interface G0/1\n nameif lan\n security-level 100\n ip address 10.20.0.1 255.255.0.0\n\
         route wan 0.0.0.0 0.0.0.0 203.0.113.1\n{entries}access-list OUT extended deny ip any any\n\
         access-group OUT in interface lan\n"
    )
}

pub fn iptables(rules: &[Rule]) -> String {
    let entries = lines(rules, Rule::iptables);
    format!(
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n{entries}COMMIT\n"
    )
}

pub fn yaml(rules: &[Rule]) -> String {
    format!("fwproof: 1\ndefault: deny\nstateful: true\nrules:\n{}", lines(rules, Rule::yaml))
}

/// For a target; chains ask for the state of connections in a term of its own.
pub fn aerleon(rules: &[Rule], target: &str) -> String {
    let terms: String = rules.iter().enumerate().map(|(number, rule)| rule.aerleon(number)).collect();
    let answers =
        if target.starts_with("speedway") { "  - {name: answers, option: established, action: accept}\n" } else { "" };
    format!("filters:\n- header: {{targets: {{{target}}}}}\n  terms:\n{answers}{terms}")
}

pub fn ansible(rules: &[Rule]) -> String {
    format!("acls:\n  - name: OUT\n    acl_type: extended\n    aces:\n{}", lines(rules, Rule::ansible))
}

fn iptables_yaml(rules: &[Rule]) -> String {
    let entries = lines(rules, |rule| format!("  - {}", rule.iptables()));
    let answers = "  - -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";
    format!("policies: {{FORWARD: DROP}}\nrules:\n{answers}{entries}")
}

/// The flow of one protocol that all texts are asked about.
pub fn flow(dice: &mut Dice) -> PacketSet {
    let proto = dice.pick(&[6u128, 17]);
    let server = u128::from(SERVERS) + u128::from(dice.below(4) * 5);
    let fields = [
        (Field::Src, IntervalSet::range(CLIENTS.into(), u128::from(CLIENTS) + 20)),
        (Field::Dst, IntervalSet::range(server, server + u128::from(dice.below(6)))),
        (Field::Proto, IntervalSet::single(proto)),
        (Field::SrcPort, IntervalSet::range(1024, 1030)),
        (Field::DstPort, IntervalSet::range(50, 50 + u128::from(dice.below(5)))),
    ];
    let cube = fields.iter().fold(Cube::full(), |cube, (field, set)| cube.with(Family::V4, *field, set).unwrap());
    PacketSet::from_cubes(Family::V4, [cube])
}

const PARTS: [Field; 5] = [Field::Src, Field::Dst, Field::Proto, Field::SrcPort, Field::DstPort];

/// The permitted part of the flow, and the interpreter's word on one conversation.
fn judged(name: &str, text: &str, wanted: &PacketSet, one: &Packet) -> (PacketSet, bool) {
    let mut sources = Sources::new();
    let source = sources.add("text", text);
    let format =
        FORMATS.iter().find(|f| (f.recognises)(text)).unwrap_or_else(|| panic!("{name}: not recognised\n{text}"));
    assert_eq!(format.name, name, "{text}");
    let reading = (format.read)(Input { source, name: "text", text }, &ReadOptions::default());
    assert_eq!((reading.tally.rejected, reading.tally.opaque), (0, 0), "{name}\n{text}");
    let base = reading.bases.iter().find(|b| b.policy.family == Family::V4).unwrap();
    let id = |word: &str| base.policy.interfaces.class_of(word);
    let way = |field, word: &str| (field, IntervalSet::single(id(word).into()));
    let placed = [way(Field::InIface, "lan"), way(Field::OutIface, "wan")];
    let placed = placed.iter().fold(wanted.clone(), |set, (field, ids)| set.with(*field, ids));
    let judgement = judge(&base.policy, &placed);
    assert!(judgement.disagreements.is_empty(), "{name}\n{text}");
    let mut permitted = PacketSet::empty(Family::V4);
    for block in &judgement.blocks {
        assert!(matches!(block.verdict, Verdict::Permitted | Verdict::Denied), "{name}: {block:?}\n{text}");
        if block.verdict == Verdict::Permitted {
            permitted.add_all(&block.packets.projected(&PARTS));
        }
    }
    let mut one = one.clone();
    one.set(Field::InIface, id("lan").into());
    one.set(Field::OutIface, id("wan").into());
    let decided = base.policy.decide(&Conversation::from_packet(Family::V4, &one)).outcome();
    (permitted, decided == fwproof::policy::Outcome::Permitted)
}

#[test]
fn every_format_says_the_same_of_one_policy() {
    let first: u64 = std::env::var("FWPROOF_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for seed in first..first + rounds() {
        let mut dice = Dice(seed);
        let rules: Vec<Rule> = (0..1 + dice.below(12)).map(|_| Rule::random(&mut dice)).collect();
        let wanted = flow(&mut dice);
        let one = wanted.witness().unwrap();
        let texts = [
            ("ios", ios(&rules)),
            ("asa", asa(&rules)),
            ("iptables", iptables(&rules)),
            ("yaml", yaml(&rules)),
            ("ansible", ansible(&rules)),
            ("iptables-yaml", iptables_yaml(&rules)),
            ("aerleon", aerleon(&rules, "speedway: FORWARD DROP")),
            ("aerleon", aerleon(&rules, "cisco: OUT")),
            ("aerleon", aerleon(&rules, "ciscoasa: OUT")),
            ("aerleon", aerleon(&rules, "srx: from-zone lan to-zone wan")),
        ];
        let all: Vec<_> = texts.iter().map(|(name, text)| (name, text, judged(name, text, &wanted, &one))).collect();
        let (_, text, (reference, decided)) = &all[0];
        for (name, other, (permitted, also)) in &all[1..] {
            let same = reference.is_subset(permitted) && permitted.is_subset(reference);
            assert!(same, "seed {seed}: ios and {name} differ\n{text}\n{other}\n{reference:?}\n{permitted:?}");
            assert_eq!(decided, also, "seed {seed}: the interpreter of ios and {name}\n{text}\n{other}");
        }
    }
}
