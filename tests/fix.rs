//! Fixes of random broken rule sets, held against the plain interpreter: the mended text reads, every required flow passes
//! in it, no other conversation of a small space fares otherwise, and no added line can be left out.

mod broken;
mod edges;

use crate::formats_agree::{CLIENTS, Rule, SERVERS, flow};
use crate::random_policy::Dice;
use broken::{Broken, broken, six};
use fwproof::finding::Severity;
use fwproof::fix::plan::{self, Beside, CompanionKind, Mended, Obstacle, RuleText, Task, Wanted, mend};
use fwproof::format::{Companion, FORMATS, Input, ReadOptions, Reading, RuleBase};
use fwproof::policy::{Conversation, Outcome};
use fwproof::source::Sources;
use fwproof::space::{Cube, Family, Field, IntervalSet, Packet, PacketSet};
use fwproof::verify::{Verdict, judge};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How many rule sets of each format a run tries; `FWPROOF_FIXES=N` asks for another number.
fn rounds() -> usize {
    std::env::var("FWPROOF_FIXES").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

impl Broken {
    /// Reads the rule set as another text, with other definitions.
    fn read(&self, text: &str, definitions: Option<&str>) -> Reading {
        let mut sources = Sources::new();
        let source = sources.add("x", text);
        let format = FORMATS.iter().find(|f| f.name == self.format).unwrap();
        let options = options(definitions, &mut sources);
        (format.read)(Input { source, name: "x", text }, &options)
    }

    /// The rule set as it is.
    fn as_is(&self) -> Reading {
        self.read(&self.text, self.definitions.as_deref())
    }
}

fn options(definitions: Option<&str>, sources: &mut Sources) -> ReadOptions {
    let mut options = ReadOptions::default();
    options.companions.definitions = definitions.map(|text| {
        let source = sources.add("names", text);
        vec![Companion { name: "names".to_owned(), source, text: text.into() }]
    });
    options
}

/// The flows by the interfaces of a rule base, in its family.
fn placed(flows: &[PacketSet], base: &RuleBase) -> Vec<PacketSet> {
    let ids = |name: &str| IntervalSet::single(base.policy.interfaces.class_of(name).into());
    let of = |set: &PacketSet| {
        let moved = |cube: &Cube| {
            let fields = [Field::Src, Field::Dst];
            fields.iter().try_fold(cube.clone(), |all, field| {
                let values = cube.values(Family::V4, *field);
                let six = values.intervals().into_iter().map(|i| (six(i.low as u32), six(i.high as u32)));
                all.without(*field).with(Family::V6, *field, &IntervalSet::from_ranges(six))
            })
        };
        let set = match base.policy.family {
            Family::V4 => set.clone(),
            Family::V6 => PacketSet::from_cubes(Family::V6, set.cubes().iter().filter_map(moved)),
        };
        set.with(Field::InIface, &ids("lan")).with(Field::OutIface, &ids("wan"))
    };
    flows.iter().map(of).collect()
}

/// Conversations on both sides of the bounds that rules and flows have, from lan to wan and back.
fn conversations(base: &RuleBase) -> Vec<Conversation> {
    let family = base.policy.family;
    let address = |a: u32| if family == Family::V4 { u128::from(a) } else { six(a) };
    let id = |name: &str| base.policy.interfaces.class_of(name);
    let mut all = Vec::new();
    for (client, server) in [0u32, 5, 7, 20, 21, 300].iter().flat_map(|c| [0u32, 4, 5, 8, 10, 15, 20].map(|s| (*c, s)))
    {
        for (proto, cport, sport) in [6u8, 17]
            .iter()
            .flat_map(|p| [1023, 1024, 1026, 1030, 1031].map(|c| (*p, c)))
            .flat_map(|(p, c)| [49u16, 50, 51, 52, 53, 54, 55].map(|s| (p, c, s)))
        {
            let flags = if proto == 6 { 2 } else { 0 };
            let (src, dst) = (address(CLIENTS + client), address(SERVERS + server));
            let out = Conversation {
                family,
                in_iface: id("lan"),
                out_iface: id("wan"),
                src,
                dst,
                proto,
                sport: cport,
                dport: sport,
                icmp: 0,
                flags,
            };
            let back = Conversation {
                in_iface: out.out_iface,
                out_iface: out.in_iface,
                src: dst,
                dst: src,
                sport,
                dport: cport,
                ..out.clone()
            };
            all.extend([out, back]);
        }
    }
    all
}

fn packet_of(c: &Conversation, back: bool) -> Packet {
    let ends = [(c.in_iface.into(), c.src, c.sport.into()), (c.out_iface.into(), c.dst, c.dport.into())];
    let [from, to] = if back { [ends[1], ends[0]] } else { ends };
    let mut packet = Packet::zero();
    packet.set(Field::Proto, c.proto.into());
    for (fields, end) in
        [([Field::InIface, Field::Src, Field::SrcPort], from), ([Field::OutIface, Field::Dst, Field::DstPort], to)]
    {
        fields.into_iter().zip([end.0, end.1, end.2]).for_each(|(field, value)| packet.set(field, value));
    }
    packet
}

fn passes(outcome: &Outcome) -> bool {
    *outcome == Outcome::Permitted
}

/// An entry without what its place gives it: a number, as a list that has no room is numbered anew, and the sign behind an
/// item in brackets.
fn bare(line: &str) -> &str {
    line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_end_matches([',', ']'])
}

/// Holds a mended text against the one that was broken.
fn check(broken: &Broken, mended: &Mended, flows: &[PacketSet], seed: u64) {
    let new = &mended.files[0];
    let names = mended.companions.first().map(String::as_str);
    let context = || {
        let old = (&broken.text, broken.definitions.as_deref().unwrap_or(""));
        format!("seed {seed}, {}\n{}\n{}\nmended:\n{new}\n{}", broken.name, old.0, old.1, names.unwrap_or(""))
    };
    let (before, after) = (broken.as_is(), broken.read(new, names));
    assert_eq!((after.tally.rejected, after.tally.opaque), (0, 0), "{}", context());
    let (old, base) = (&before.bases[0], &after.bases[0]);
    for wanted in placed(flows, base) {
        assert_eq!(judge(&base.policy, &wanted).verdict, Verdict::Permitted, "{}", context());
    }
    let required = placed(flows, old);
    let is_required = |packet: &Packet| required.iter().any(|wanted| wanted.contains(packet));
    // Both read their interfaces from one text but for the new lines, whose names the old text has.
    let own = |id: u32| base.policy.interfaces.class_of(old.policy.interfaces.name(id));
    for c in conversations(old) {
        let there = Conversation { in_iface: own(c.in_iface), out_iface: own(c.out_iface), ..c.clone() };
        let (was, is) = (old.policy.decide(&c).outcome(), base.policy.decide(&there).outcome());
        if is_required(&packet_of(&c, false)) {
            assert!(passes(&is), "{c:?}\n{}", context());
        } else if !(mended.beside.mirrored && is_required(&packet_of(&c, true))) {
            assert_eq!(passes(&was), passes(&is), "{c:?}\n{}", context());
        }
    }
    assert!(broken.stateless || mended.beside == Beside::default(), "{}", context());
    for (line, fewer) in without_each_new_line(&broken.text, new) {
        assert!(!holds(broken, &fewer, names, flows), "`{line}` is not needed\n{}", context());
    }
    for (line, fewer) in without_each_new_line(broken.definitions.as_deref().unwrap_or(""), names.unwrap_or("")) {
        assert!(!holds(broken, new, Some(&fewer), flows), "`{line}` is not needed\n{}", context());
    }
}

/// Is the reason for which there is no fix a true one? The terms of an Aerleon chain accept packets of connections in both
/// directions: where a server may open a connection that the client may not answer, its answers are packets of the flow.
fn cannot_be_told_apart(broken: &Broken, obstacle: &Obstacle, flows: &[PacketSet]) -> bool {
    let Obstacle::Outside(_, change) = obstacle else { return false };
    let policy = &broken.as_is().bases[0].policy;
    let required = placed(flows, &broken.as_is().bases[0]);
    let answer = packet_of(&change.witness, true);
    // The rule set names no interfaces, so that all of them are one.
    let ends = [Field::InIface, Field::OutIface];
    let is_required = required.iter().any(|wanted| wanted.clone().forget(&ends).contains(&answer));
    broken.text.contains("speedway") && is_required && !passes(&policy.decide(&change.witness).outcome())
}

/// Each line that only the new text has, and the text without it.
fn without_each_new_line(old: &str, new: &str) -> Vec<(String, String)> {
    let known: Vec<&str> = old.lines().map(bare).collect();
    let added = new.lines().enumerate().filter(|(_, line)| !known.contains(&bare(line)));
    let without = |(at, line): (usize, &str)| {
        let rest = new.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| format!("{l}\n"));
        (line.to_owned(), rest.collect())
    };
    added.map(without).collect()
}

/// Is the text read, and does it permit the flows?
fn holds(broken: &Broken, text: &str, definitions: Option<&str>, flows: &[PacketSet]) -> bool {
    let reading = broken.read(text, definitions);
    let is_read = reading.tally.rejected == 0 && reading.findings.iter().all(|f| f.severity != Severity::Error);
    let permits = |base: &RuleBase| {
        placed(flows, base).iter().all(|wanted| judge(&base.policy, wanted).verdict == Verdict::Permitted)
    };
    is_read && reading.bases.first().is_some_and(permits)
}

/// The same rules in all formats, all of them broken for the same flows.
struct Round {
    seed: u64,
    flows: Vec<PacketSet>,
    all: Vec<Broken>,
}

impl Round {
    /// Nothing where some text permits all flows.
    fn of(seed: u64) -> Option<Round> {
        let mut dice = Dice(seed);
        let rules: Vec<Rule> = (0..1 + dice.below(10)).map(|_| Rule::random(&mut dice)).collect();
        let flows: Vec<PacketSet> = (0..1 + dice.below(3)).map(|_| flow(&mut dice)).collect();
        let all = broken(&rules, &mut dice);
        let is_broken = |b: &Broken| {
            let reading = b.as_is();
            let base =
                reading.bases.first().unwrap_or_else(|| panic!("seed {seed}, {}: no rules\n{}", b.format, b.text));
            placed(&flows, base).iter().any(|wanted| judge(&base.policy, wanted).verdict != Verdict::Permitted)
        };
        all.iter().all(is_broken).then_some(Round { seed, flows, all })
    }

    /// What becomes of one of the rule sets.
    fn outcome(&self, broken: &Broken) -> &'static str {
        let options = options(broken.definitions.as_deref(), &mut Sources::new());
        let wanted = placed(&self.flows, &broken.as_is().bases[0]).into_iter().enumerate();
        let wanted = wanted.map(|(n, packets)| Wanted { id: format!("flow-{n}"), packets, is_dns: false }).collect();
        let file = RuleText { name: "x", format: broken.format, text: &broken.text, options: &options };
        let definitions = broken.definitions.as_deref().map(|text| plan::Companion {
            name: "names",
            text,
            kind: CompanionKind::Definitions,
        });
        let companions = definitions.into_iter().collect();
        match mend(&Task { files: vec![file], companions, wanted, exempt_dns: true }) {
            Ok(mended) => {
                check(broken, &mended, &self.flows, self.seed);
                "mended"
            }
            Err(obstacles) => {
                let told_apart = obstacles.iter().any(|obstacle| !cannot_be_told_apart(broken, obstacle, &self.flows));
                assert!(!told_apart, "seed {}, {}: {obstacles:#?}\n{}", self.seed, broken.name, broken.text);
                "not told apart"
            }
        }
    }
}

#[test]
#[expect(clippy::disallowed_macros, reason = "the shares are for whoever asks with --nocapture")]
fn random_broken_rule_sets_are_mended_and_nothing_else_changes() {
    let first: u64 = std::env::var("FWPROOF_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let rounds: Vec<Round> = (first..).filter_map(Round::of).take(rounds()).collect();
    let each = rounds.par_iter().flat_map_iter(|round| round.all.iter().map(move |broken| (round, broken)));
    let outcomes: Vec<_> = each.map(|(round, broken)| (broken.name, round.outcome(broken))).collect();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    outcomes.into_iter().for_each(|outcome| *counts.entry(outcome).or_default() += 1);
    println!("{} broken rule sets of each format: {counts:?}", rounds.len());
    for name in rounds.iter().flat_map(|round| &round.all).map(|broken| broken.name) {
        let mended = counts.get(&(name, "mended")).copied().unwrap_or_default();
        let few = if name == "aerleon" { 1 + rounds.len() / 100 } else { 0 };
        assert!(mended + few >= rounds.len(), "{counts:?}");
    }
}

/// The rows of rulesets/EXPECTED.tsv with an exit code of 1: file and arguments.
fn broken_samples() -> Vec<(String, Vec<String>)> {
    let table = std::fs::read_to_string("rulesets/EXPECTED.tsv").unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.strip_suffix("\t1"));
    let row = |row: &str| {
        let (file, arguments) = row.split_once('\t').unwrap();
        (file.to_owned(), arguments.split(' ').map(str::to_owned).collect())
    };
    rows.map(row).collect()
}

#[test]
fn every_broken_sample_is_mended_and_nothing_else_changes() {
    broken_samples().par_iter().for_each(|(file, arguments)| {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir("rulesets").unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let run = |words: &[&str]| {
            let mut command = assert_cmd::Command::cargo_bin("fwproof").unwrap();
            let inside = |word: &String| word.strip_prefix("rulesets/").unwrap_or(word).to_owned();
            let output =
                command.current_dir(folder.path()).args(words).args(arguments.iter().map(inside)).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (code, said) = run(&["fix", file, "--write"]);
        assert_eq!(code, Some(0), "{file}: {said}");
        assert_eq!(run(&["check", file]).0, Some(0), "{file}");
        let old = std::fs::canonicalize("rulesets").unwrap().join(file);
        let (code, change) = run(&["diff", old.to_str().unwrap(), file, "--output", "json"]);
        let change: serde_json::Value = serde_json::from_str(&change).unwrap();
        assert_eq!((code, &change["summary"]["worse"]), (Some(0), &0.into()), "{file}");
        assert_eq!(change["summary"]["newly_denied"], 0, "{file}: {change}");
    });
}
