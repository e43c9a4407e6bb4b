//! Simplified listings that bound what a chain does with new packets, proved by others: what is in `.lower` surely
//! passes, and what is not in `.upper` surely does not. They know nothing of interfaces.

use super::{files, folder, read};
use crate::random_policy::Dice;
use fwproof::policy::{Answers, Conversation, IfaceId, Interfaces, OpeningFate, Policy, SYN, Sees, Stage, TCP, UDP};
use fwproof::space::{Cube, Family, Field, IntervalSet, PacketSet};
use fwproof::verify::{Prover, Verdict};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Rule sets of the corpus and their listings: part of the rule set's name, of the listing's, and the chain.
const LISTED: [(&str, &str, &str); 6] = [
    ("TUM_Net__iptables_20.10.2013", "TUM_Net__iptables_20.10.2013", "FORWARD"),
    ("config_random_srv__", "config_random_srv__", "INPUT"),
    ("jun_2015_legacyifacerules", "jun_2015_legacyifacerules", "INPUT"),
    ("docker_topos__iptables-save", "docker_topos__iptables-save", "FORWARD"),
    ("pastebin.com_bbWXHaTn", "pastebin.com_bbWXHaTn", "FORWARD"),
    ("memphis_testbed", "memphis_testbed", "FORWARD"),
];
/// Protocols of packets that no rule names.
const PROTOCOLS: [u8; 5] = [1, TCP, UDP, 50, 47];
/// Pairs of interfaces that one packet is asked on.
const PAIRS: usize = 4;

/// A rule of a listing: does it accept, and the ranges of protocol, source, destination and ports.
#[derive(Debug)]
struct Line {
    accepts: bool,
    ranges: [(u32, u32); 5],
}

impl Line {
    fn parse(line: &str) -> Option<Line> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [target @ ("ACCEPT" | "DROP"), proto, "--", src, dst, ports @ ..] = words.as_slice() else { return None };
        let proto = match *proto {
            "all" => (0, 255),
            "icmp" => (1, 1),
            "tcp" => (6, 6),
            "udp" => (17, 17),
            "esp" => (50, 50),
            number => number.parse().map(|n| (n, n)).unwrap(),
        };
        let mut ranges = [proto, net(src), net(dst), (0, 0xffff), (0, 0xffff)];
        for word in ports.iter().skip(1) {
            let (side, numbers) = word.split_once(':').unwrap();
            let (low, high) = numbers.split_once(':').unwrap_or((numbers, numbers));
            ranges[if side.starts_with("spt") { 3 } else { 4 }] = (low.parse().unwrap(), high.parse().unwrap());
        }
        Some(Line { accepts: *target == "ACCEPT", ranges })
    }

    fn holds(&self, packet: &[u32; 5]) -> bool {
        self.ranges.iter().zip(packet).all(|((low, high), value)| (low..=high).contains(&value))
    }
}

fn net(text: &str) -> (u32, u32) {
    let net: ipnet::Ipv4Net = text.parse().unwrap_or_else(|_| format!("{text}/32").parse().unwrap());
    (net.network().into(), net.broadcast().into())
}

/// A chain of a listing, with its policy.
struct Listing(Vec<Line>, bool);

impl Listing {
    fn read(path: &Path, chain: &str) -> Listing {
        let text = std::fs::read_to_string(path).unwrap();
        let head = format!("Chain {chain} (policy ");
        let part = text.split("\n\n").find_map(|part| part.trim_start().strip_prefix(&head)).unwrap();
        let lines: Vec<Line> = part.lines().skip(2).map(|l| Line::parse(l).unwrap_or_else(|| panic!("{l}"))).collect();
        assert!(!lines.is_empty(), "{}: {chain} is empty", path.display());
        Listing(lines, part.starts_with("ACCEPT"))
    }

    fn accepts(&self, packet: &[u32; 5]) -> bool {
        self.0.iter().find(|line| line.holds(packet)).map_or(self.1, |line| line.accepts)
    }
}

/// The one chain of the filter table as a policy of its own, which asks nothing of answers.
fn alone(text: &str, name: &str, chain: &str) -> Policy {
    let mut policy = read(name, text).bases.pop().unwrap().policy;
    let wanted = format!("filter {chain}");
    let at = policy.chains.iter().position(|c| c.name == wanted).unwrap();
    let sees = if chain == "INPUT" { Sees::In } else { Sees::Both };
    policy.forward = vec![Stage::Track, Stage::Filter { chain: fwproof::policy::ChainId(at), sees, permit: true }];
    policy.answers = Answers::Tracked { icmp: true };
    policy
}

/// Does a packet surely pass, and can it?
fn passes(policy: &Policy, packet: &[u32; 5], (in_iface, out_iface): (IfaceId, IfaceId)) -> (bool, bool) {
    let [proto, src, dst, sport, dport] = *packet;
    let ports = if matches!(proto as u8, TCP | UDP) { (sport as u16, dport as u16) } else { (0, 0) };
    let conversation = Conversation {
        family: Family::V4,
        in_iface,
        out_iface,
        src: src.into(),
        dst: dst.into(),
        proto: proto as u8,
        sport: ports.0,
        dport: ports.1,
        icmp: if proto == 1 { 8 << 8 } else { 0 },
        flags: if proto as u8 == TCP { SYN } else { 0 },
    };
    let courses = policy.decide(&conversation).courses;
    let delivered = |o| matches!(o, OpeningFate::Delivered);
    (courses.iter().all(|c| delivered(c.opening)), courses.iter().any(|c| !matches!(c.opening, OpeningFate::Denied(_))))
}

/// The values of a field at the edges of a rule's range: its first and last, and those just outside.
fn edges((low, high): (u32, u32), last: u32) -> Vec<u32> {
    let mut edges = vec![low, high.min(last)];
    edges.extend(low.checked_sub(1));
    edges.extend(high.checked_add(1).filter(|value| *value <= last));
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The packets at the corners of a rule, as products of values for protocol, addresses and ports: every field at an edge
/// of its range. Only TCP and UDP have ports.
fn corners(line: &Line) -> Vec<[Vec<u32>; 5]> {
    let known = PROTOCOLS.map(u32::from);
    let protocols = edges(line.ranges[0], 255).into_iter().chain(known).filter(|p| known.contains(p));
    let (mut with_ports, mut others): (Vec<u32>, Vec<u32>) = protocols.partition(|p| matches!(*p as u8, TCP | UDP));
    [&mut with_ports, &mut others].into_iter().for_each(|all| {
        all.sort_unstable();
        all.dedup();
    });
    let [_, src, dst, sport, dport] = line.ranges;
    let addresses = [edges(src, u32::MAX), edges(dst, u32::MAX)];
    let product = |protocols: Vec<u32>, ports: [Vec<u32>; 2]| {
        let ([src, dst], [sport, dport]) = (addresses.clone(), ports);
        [protocols, src, dst, sport, dport]
    };
    vec![product(with_ports, [edges(sport, 0xffff), edges(dport, 0xffff)]), product(others, [vec![0], vec![0]])]
}

/// A packet whose values stand in some rules, or anywhere.
fn sample(dice: &mut Dice, lines: &[&Line]) -> [u32; 5] {
    let mut packet = [0; 5];
    for (field, value) in packet.iter_mut().enumerate() {
        let (low, high) = lines[dice.below(lines.len() as u64) as usize].ranges[field];
        *value = low + dice.below(u64::from(high - low) + 1) as u32;
    }
    packet[0] = if PROTOCOLS.contains(&(packet[0] as u8)) { packet[0] } else { dice.pick(&PROTOCOLS).into() };
    packet
}

struct Rules {
    policy: Policy,
    lower: Option<Listing>,
    upper: Option<Listing>,
    pairs: Vec<(IfaceId, IfaceId)>,
}

/// All listed rule sets with their names and chains; none without the corpus.
fn listed() -> Vec<(&'static str, &'static str, Rules)> {
    let (Some(bounds), Some(rules)) = (folder("iptables-oracle"), folder("iptables")) else { return Vec::new() };
    let (bounds, rules) = (files(&bounds), files(&rules));
    let named = |all: &[PathBuf], part: &str| -> Vec<PathBuf> {
        all.iter().filter(|f| f.to_string_lossy().contains(part)).cloned().collect()
    };
    let read = |listing, name, chain| Rules::read(&named(&rules, name)[0], &named(&bounds, listing), chain);
    LISTED.iter().map(|(name, listing, chain)| (*name, *chain, read(listing, name, chain))).collect()
}

impl Rules {
    /// The rules of both listings.
    fn lines(&self) -> Vec<&Line> {
        [&self.lower, &self.upper].into_iter().flatten().flat_map(|listing| &listing.0).collect()
    }

    fn read(path: &Path, lists: &[PathBuf], chain: &str) -> Rules {
        let text = std::fs::read_to_string(path).unwrap();
        let policy = alone(&text, "rules", chain);
        let list = |ending| lists.iter().find(|l| l.extension().is_some_and(|e| e == ending));
        let [lower, upper] = ["lower", "upper"].map(|ending| list(ending).map(|path| Listing::read(path, chain)));
        let ifaces = || policy.interfaces.classes().map(|c| c.0).chain([Interfaces::OTHER]);
        let ways_out: Vec<IfaceId> = if chain == "INPUT" { vec![Interfaces::NONE] } else { ifaces().collect() };
        let pairs = ifaces().flat_map(|i| ways_out.iter().map(move |o| (i, *o))).collect();
        Rules { policy, lower, upper, pairs }
    }

    /// Some pairs of interfaces that a packet can take: the listings take it that what is from 127.0.0.0/8, and
    /// nothing else, comes in by `lo`.
    fn pairs_of(&self, packet: &[u32; 5], dice: &mut Dice) -> Vec<(IfaceId, IfaceId)> {
        let of_loopback = packet[1] >> 24 == 127;
        let can = |pair: &&(IfaceId, IfaceId)| (self.policy.interfaces.name(pair.0) == "lo") == of_loopback;
        let all: Vec<_> = self.pairs.iter().filter(can).copied().collect();
        if all.len() <= PAIRS { all } else { (0..PAIRS).map(|_| dice.pick(&all)).collect() }
    }

    /// Holds a packet against both listings, on one pair of interfaces; what is wrong.
    fn wrong(&self, packet: &[u32; 5], pair: (IfaceId, IfaceId)) -> Option<String> {
        let (surely, perhaps) = passes(&self.policy, packet, pair);
        let names = [pair.0, pair.1].map(|id| self.policy.interfaces.name(id));
        if self.lower.as_ref().is_some_and(|l| l.accepts(packet)) && !surely {
            return Some(format!("{packet:?} by {names:?} is in .lower, and does not surely pass"));
        }
        let beyond = perhaps && self.upper.as_ref().is_some_and(|l| !l.accepts(packet));
        beyond.then(|| format!("{packet:?} by {names:?} may pass, and is not in .upper"))
    }
}

/// The fields of a packet in the order of a listing.
const FIELDS: [Field; 5] = [Field::Proto, Field::Src, Field::Dst, Field::SrcPort, Field::DstPort];

impl Rules {
    /// Some packets on all pairs of interfaces that they can take.
    fn on_all_pairs(&self, product: &[Vec<u32>; 5]) -> PacketSet {
        let of = |values: &[u32]| IntervalSet::from_ranges(values.iter().map(|v| (u128::from(*v), u128::from(*v))));
        let ids = |all: Vec<IfaceId>| IntervalSet::from_ranges(all.into_iter().map(|id| (id.into(), id.into())));
        let (is_loopback, others): (Vec<u32>, Vec<u32>) = product[1].iter().partition(|src| **src >> 24 == 127);
        let mut all = PacketSet::empty(Family::V4);
        for (sources, by_loopback) in [(is_loopback, true), (others, false)] {
            let can = |pair: &&(IfaceId, IfaceId)| (self.policy.interfaces.name(pair.0) == "lo") == by_loopback;
            let pairs: Vec<_> = self.pairs.iter().filter(can).collect();
            let mut set = PacketSet::full(Family::V4)
                .with(Field::InIface, &ids(pairs.iter().map(|pair| pair.0).collect()))
                .with(Field::OutIface, &ids(pairs.iter().map(|pair| pair.1).collect()))
                .with(Field::Icmp, &IntervalSet::single(8 << 8));
            for (field, values) in FIELDS.iter().zip(product) {
                set = set.with(*field, &of(if *field == Field::Src { &sources } else { values }));
            }
            all.add_all(&set);
        }
        all
    }

    /// Holds all packets of a product against both listings, on every pair of interfaces; what is wrong.
    fn wrong_on_any_pair(&self, prover: &Prover<'_>, product: &[Vec<u32>; 5]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (verdict, packets) in prover.verdicts(&self.on_all_pairs(product)) {
            for packet in packets.cubes().iter().flat_map(packets_of) {
                let inside = |listing: &Option<Listing>| listing.as_ref().map(|listing| listing.accepts(&packet));
                let missed = verdict != Verdict::Permitted && inside(&self.lower) == Some(true);
                let beyond = verdict != Verdict::Denied && inside(&self.upper) == Some(false);
                if missed || beyond {
                    wrong.push(format!("{packet:?} is {} on some pair", verdict.name()));
                }
            }
        }
        wrong
    }
}

/// Each packet of a cube, whatever its interfaces.
fn packets_of(cube: &Cube) -> Vec<[u32; 5]> {
    let mut all = vec![[0; 5]];
    for (at, field) in FIELDS.iter().enumerate() {
        let set = cube.get(*field).unwrap();
        let values: Vec<u32> = set.intervals().iter().flat_map(|i| i.low as u32..=i.high as u32).collect();
        let with = |packet: &[u32; 5], value: u32| {
            let mut packet = *packet;
            packet[at] = value;
            packet
        };
        all = all.iter().flat_map(|packet| values.iter().map(move |value| with(packet, *value))).collect();
    }
    all
}

/// `FWPROOF_CORPUS_CORNERS=all` asks for the corners of every rule; otherwise some rules of each listing are enough.
#[test]
fn corners_of_listed_rules_stay_within_the_bounds_on_every_pair_of_interfaces() {
    let whole = std::env::var("FWPROOF_CORPUS_CORNERS").is_ok_and(|asked| asked == "all");
    let mut wrong = Vec::new();
    for (name, chain, rules) in listed() {
        let lines = rules.lines();
        let step = if whole { 1 } else { lines.len().div_ceil(10) };
        let chosen: Vec<&Line> = lines.into_iter().step_by(step).collect();
        let prover = Prover::new(&rules.policy, &IntervalSet::range(0, u32::MAX.into()));
        let of_line = |line: &&Line| {
            let products = corners(line);
            let count = products.iter().map(|product| product.iter().map(Vec::len).product::<usize>()).sum::<usize>();
            (count, products.iter().flat_map(|product| rules.wrong_on_any_pair(&prover, product)).collect::<Vec<_>>())
        };
        let each: Vec<(usize, Vec<String>)> = chosen.par_iter().map(of_line).collect();
        let asked: usize = each.iter().map(|one| one.0).sum();
        println!("{name} {chain}: {asked} corners of {} rules on {} pairs", chosen.len(), rules.pairs.len());
        wrong.extend(each.into_iter().flat_map(|one| one.1).map(|what| format!("{name}: {what}")));
    }
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `FWPROOF_CORPUS_PACKETS` asks for another number of packets of each listing.
#[test]
fn new_packets_stay_within_the_bounds_that_others_proved() {
    let count = std::env::var("FWPROOF_CORPUS_PACKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut wrong = Vec::new();
    for (name, chain, rules) in listed() {
        let lines = rules.lines();
        let prover = Prover::new(&rules.policy, &IntervalSet::range(0, u32::MAX.into()));
        let mut dice = Dice(1);
        let packets: Vec<[u32; 5]> = (0..count).map(|_| sample(&mut dice, &lines)).collect();
        let on_all_pairs = |packet: &[u32; 5]| rules.wrong_on_any_pair(&prover, &packet.map(|value| vec![value]));
        let found: Vec<String> = packets.par_iter().flat_map_iter(on_all_pairs).collect();
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
        let (mut asked, mut inside) = (0, [0, 0]);
        for packet in &packets {
            // Beside the walk of sets over all pairs, the plain interpreter on some.
            let pairs = rules.pairs_of(packet, &mut dice);
            asked += pairs.len();
            inside[0] += usize::from(rules.lower.as_ref().is_some_and(|l| l.accepts(packet)));
            inside[1] += usize::from(rules.upper.as_ref().is_some_and(|l| l.accepts(packet)));
            wrong
                .extend(pairs.into_iter().filter_map(|pair| rules.wrong(packet, pair)).map(|w| format!("{name}: {w}")));
        }
        let (lower, upper, pairs) = (inside[0], inside[1], rules.pairs.len());
        println!(
            "{name} {chain}: {count} packets on {pairs} pairs, {asked} asked of the interpreter; in .lower {lower}, in .upper {upper}"
        );
    }
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
