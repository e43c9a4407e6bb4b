use crate::finding::Code;
use crate::format::asa::FORMAT;
use crate::format::tests::{Dice, told};
use crate::format::{Input, MOST_KEPT, ReadOptions, Reading, Wanted};
use crate::policy::Policy;
use crate::source::Sources;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::fmt::Write;
use std::sync::Arc;

const HEAD: &str = "ASA Version 9.16(4)
interface Gi0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.248
interface Gi0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
object-group network SERVERS
 network-object host 198.18.0.1
 network-object 198.18.7.0 255.255.255.0
object-group network OTHERS
 network-object host 192.0.2.9
object-group service WEB tcp
 port-object eq https
 port-object range 8443 8444
route outside 0 0 203.0.113.1 1
";

/// A list over few addresses and ports, so that many entries meet the flows, in one way or the other.
fn entries(count: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = String::new();
    for _ in 0..count {
        let verb = dice.one(&["permit", "deny"]);
        let src = dice.one(&["host 10.1.2.3", "10.1.2.0 255.255.255.128", "host 198.18.0.1", "host 192.0.2.1"]);
        let dst = dice.one(&[
            "host 198.18.0.1",
            "198.18.7.0 255.255.255.0",
            "object-group SERVERS",
            "object-group OTHERS",
            "host 10.1.2.3",
            "any4",
        ]);
        let (proto, ports) = match dice.roll(8) {
            0 => ("udp", " eq domain"),
            1 => ("udp", " range 54 60"),
            2 => ("tcp", " object-group WEB"),
            3 => ("tcp", " neq 443"),
            4 => ("icmp", " unreachable"),
            5 => ("icmp", " echo"),
            6 => ("object-group WEB", ""),
            _ => ("tcp", " eq ldap inactive"),
        };
        // A service group that is not defined as such leaves everything open: it is rare.
        let proto = if proto.starts_with("object") && dice.roll(400) > 0 { "tcp" } else { proto };
        writeln!(text, "access-list IN extended {verb} {proto} {src} {dst}{ports}").unwrap();
    }
    text
}

fn text(entries: &str, more: &str) -> String {
    format!("{HEAD}{entries}access-group IN in interface inside\naccess-group IN in interface outside\n{more}")
}

fn read(text: &str, wanted: Option<Wanted>) -> Reading {
    let mut sources = Sources::new();
    let source = sources.add("fw.cfg", text);
    let options = ReadOptions { wanted: wanted.map(Arc::new), ..ReadOptions::default() };
    (FORMAT.read)(Input { source, name: "fw.cfg", text: sources.text(source) }, &options)
}

const FLOWS: [(u8, u128); 2] = [(17, 53), (6, 443)];

fn servers() -> IntervalSet {
    IntervalSet::range(0xc612_0000, 0xc612_0003)
}

fn wanted() -> Wanted {
    Wanted::of(FLOWS.map(|(proto, port)| (Family::V4, proto, IntervalSet::single(port), servers())))
}

fn packets(policy: &Policy, proto: u8, port: u128) -> PacketSet {
    let interface = |name| IntervalSet::single(policy.interfaces.class_of(name).into());
    let fields = [
        (Field::Proto, IntervalSet::single(proto.into())),
        (Field::Src, IntervalSet::range(0x0a01_0200, 0x0a01_02ff)),
        (Field::Dst, servers()),
        (Field::SrcPort, IntervalSet::range(1024, 65535)),
        (Field::DstPort, IntervalSet::single(port)),
        (Field::InIface, interface("inside")),
        (Field::OutIface, interface("outside")),
    ];
    let cube = fields.iter().fold(Cube::full(), |cube, (field, set)| cube.with(Family::V4, *field, set).unwrap());
    PacketSet::of(Family::V4, cube)
}

fn rule_count(reading: &Reading) -> usize {
    reading.bases.iter().map(|base| base.policy.rule_count()).sum()
}

#[test]
fn rules_that_can_match_nothing_wanted_make_no_difference() {
    for seed in 1..4 {
        let text = text(&entries(MOST_KEPT + 100, seed), "");
        let (whole, part) = (read(&text, None), read(&text, Some(wanted())));
        assert!(part.set_aside > MOST_KEPT / 4 && whole.set_aside == 0, "{}", part.set_aside);
        assert_eq!(rule_count(&part) + part.set_aside, rule_count(&whole));
        assert_eq!((part.tally, &part.findings), (whole.tally, &whole.findings));
        let (whole, part) = (&whole.bases[0].policy, &part.bases[0].policy);
        for (proto, port) in FLOWS {
            let told = |policy: &Policy| told(policy, &packets(policy, proto, port));
            assert_eq!(told(whole), told(part), "seed {seed}, {proto}/{port}");
        }
    }
}

#[test]
fn nothing_is_set_aside_where_more_is_asked_of_a_list_or_little_is_gained() {
    let set_aside = |text: &str| read(text, Some(wanted())).set_aside;
    let long = entries(MOST_KEPT + 100, 1);
    for more in [
        "nat (inside,outside) source dynamic any interface destination static OTHERS SERVERS\n",
        "nat (inside,outside) source static OTHERS SERVERS\n",
        "class-map C\n match access-list IN\n",
        "crypto map M 1 match address IN\n",
    ] {
        assert_eq!(set_aside(&text(&long, more)), 0, "{more}");
    }
    assert!(set_aside(&text(&long, "nat (inside,outside) source dynamic any interface\n")) > 0);
    assert_eq!(set_aside(&text(&entries(MOST_KEPT / 2, 1), "")), 0);
    // Of many entries that match nothing no more rules are left than are kept.
    let idle = "access-list IN extended permit tcp object-group OTHERS any6 eq 9\n".repeat(MOST_KEPT / 2);
    assert_eq!(set_aside(&text(&(entries(MOST_KEPT - 100, 1) + &idle), "")), 0);
}

#[test]
fn what_is_said_of_a_long_list_is_said_once_and_in_order() {
    let entry = |name: &str| format!("access-list IN extended permit tcp any host 192.0.2.1 object-group {name}\n");
    let usual = entries(3_000, 7);
    let all = [&usual, &entry("GONE"), &usual, "access-list IN extended permit what any any\n", &entry("GONE")];
    let reading = read(&text(&all.concat(), ""), None);
    let said = |code| reading.findings.iter().filter(|finding| finding.code == code).count();
    assert_eq!((said(Code::UndefinedName), said(Code::UnknownLine)), (1, 1));
    let chain = reading.bases[0].policy.chains.iter().find(|chain| chain.name == "IN (in inside)").unwrap();
    assert!(chain.rules.windows(2).all(|pair| pair[0].span <= pair[1].span));
}
