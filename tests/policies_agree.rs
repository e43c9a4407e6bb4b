//! Policies written by hand for Aerleon, for an ASA and for iptables (`tests/policies/`) get the same verdicts.

use crate::random_policy::Dice;
use fwproof::format::{Companion, Companions, FORMATS, Input, ReadOptions, RuleBase};
use fwproof::ingress::Catalogue;
use fwproof::policy::{Conversation, Outcome, SYN, TCP, UDP};
use fwproof::requirement::{Requirement, Selection, requirements};
use fwproof::source::Sources;
use fwproof::space::Family;
use fwproof::verify::{Site, Verdict, addresses, conversations, judge};
use std::path::Path;

const POLICIES: [&str; 6] = ["exclude", "expired", "include", "only-53", "open", "quic"];
const FLOWS: usize = 1_000;

fn text_of(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies").join(name)).unwrap()
}

fn companion(sources: &mut Sources, name: &str) -> Companion {
    let text = text_of(name);
    Companion { name: name.to_owned(), source: sources.add(name, text.as_str()), text: text.into() }
}

/// The rule base of IPv4; nothing of the text may be left open.
fn base(name: &str, target: Option<&str>) -> RuleBase {
    let mut sources = Sources::new();
    let definitions = Some(vec![companion(&mut sources, "definitions.yaml")]);
    let companions = Companions { definitions, includes: vec![companion(&mut sources, "common-denials.yaml")] };
    let target = target.map(str::to_owned);
    let options = ReadOptions { date: "2026-01-01".to_owned(), target, companions, ..ReadOptions::default() };
    let text = text_of(name);
    let source = sources.add(name, text.as_str());
    let format = FORMATS.iter().find(|f| (f.recognises)(&text)).unwrap();
    let reading = (format.read)(Input { source, name, text: &text }, &options);
    assert_eq!((reading.tally.rejected, reading.tally.opaque), (0, 0), "{name}: {:?}", reading.findings);
    reading.bases.into_iter().find(|base| base.policy.family == Family::V4).unwrap()
}

/// The four ways in which a policy is written.
fn bases(policy: &str) -> Vec<(String, RuleBase)> {
    let aerleon = format!("{policy}.aerleon.yaml");
    vec![
        ("iptables".to_owned(), base(&format!("{policy}.v4"), None)),
        ("an ASA".to_owned(), base(&format!("{policy}.asa.cfg"), None)),
        ("Aerleon for speedway".to_owned(), base(&aerleon, Some("speedway"))),
        ("Aerleon for ciscoasa".to_owned(), base(&aerleon, Some("ciscoasa"))),
    ]
}

fn verdict(base: &RuleBase, requirement: &Requirement) -> Verdict {
    let id = |name: &str| base.policy.interfaces.class_of(name);
    let clients = addresses(Family::V4, &["10.20.3.0/24".parse().unwrap()]);
    let site = Site { clients, in_ifaces: vec![id("lan")], out_ifaces: vec![id("wan")] };
    judge(&base.policy, &conversations(requirement, &base.policy, &base.topology, &site)).verdict
}

fn outcome(base: &RuleBase, flow: &Conversation) -> Outcome {
    let id = |name: &str| base.policy.interfaces.class_of(name);
    base.policy.decide(&Conversation { in_iface: id("lan"), out_iface: id("wan"), ..flow.clone() }).outcome()
}

/// Conversations between addresses and ports near those that the policies speak of.
fn flow(dice: &mut Dice) -> Conversation {
    let address = |text: &str| u128::from(u32::from(text.parse::<std::net::Ipv4Addr>().unwrap()));
    let sources = [
        "10.20.0.0",
        "10.20.9.0",
        "10.20.9.16",
        "10.20.9.32",
        "10.20.200.0",
        "10.20.208.0",
        "192.168.7.0",
        "10.21.0.0",
    ];
    let servers =
        ["208.67.222.222", "208.67.220.220", "146.112.61.0", "146.112.62.0", "151.186.4.0", "192.0.2.0", "172.20.1.0"];
    let proto = dice.pick(&[TCP, UDP]);
    Conversation {
        family: Family::V4,
        in_iface: 0,
        out_iface: 0,
        src: address(dice.pick(&sources)) + u128::from(dice.below(17)),
        dst: address(dice.pick(&servers)) + u128::from(dice.below(2)),
        proto,
        sport: dice.pick(&[1023, 1024, 50_000]),
        dport: dice.pick(&[53, 53, 443, 443, 80, 25, 465, 587, 54, 8443]),
        icmp: 0,
        flags: if proto == TCP { SYN } else { 0 },
    }
}

#[test]
fn required_flows_get_one_verdict_in_every_way_of_writing() {
    let wanted = requirements(&[Catalogue::shipped()], &Selection::default()).requirements;
    let v4: Vec<&Requirement> =
        wanted.iter().filter(|r| r.destinations.iter().any(|net| net.addr().is_ipv4())).collect();
    assert!(v4.len() > 50);
    for policy in POLICIES {
        let bases = bases(policy);
        for requirement in &v4 {
            let reference = verdict(&bases[0].1, requirement);
            assert_ne!(reference, Verdict::Undecided, "{policy}: {}", requirement.id);
            for (name, base) in &bases[1..] {
                let other = verdict(base, requirement);
                assert_eq!(other, reference, "{policy} for {name}: {}", requirement.id);
            }
        }
    }
}

#[test]
fn random_flows_get_one_verdict_in_every_way_of_writing() {
    let mut permitted = 0;
    for policy in POLICIES {
        let bases = bases(policy);
        let mut dice = Dice(7);
        for _ in 0..FLOWS {
            let flow = flow(&mut dice);
            let reference = outcome(&bases[0].1, &flow);
            permitted += usize::from(reference == Outcome::Permitted);
            for (name, base) in &bases[1..] {
                assert_eq!(outcome(base, &flow), reference, "{policy} for {name}: {flow:?}");
            }
        }
    }
    let all = POLICIES.len() * FLOWS;
    assert!((all / 10..all * 9 / 10).contains(&permitted), "{permitted} of {all} are permitted");
}
