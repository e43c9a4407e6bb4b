//! What `diff` says of two policies, held against the plain interpreter on every conversation of a small space.

use crate::random_policy::{DST, Dice, FAMILY, SRC, mutated, random_policy};
use fwproof::diff::{Change, Kind, Pair};
use fwproof::policy::{Action, Conversation, Hook, Interfaces, Outcome, Policy, Translation};
use fwproof::space::{Field, IntervalSet, Packet, PacketSet};
use fwproof::verify::Verdict;
use std::collections::BTreeMap;

/// How many pairs a run tries; `FWPROOF_POLICIES=N` asks for another number.
fn rounds() -> u64 {
    std::env::var("FWPROOF_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// Addresses, ports and types on both sides of every bound that random rules have.
const SOURCES: [u128; 4] = [SRC, SRC + 2, DST + 1, 7];
const DESTINATIONS: [u128; 4] = [DST, DST + 1, DST + 3, SRC + 1];
const SOURCE_PORTS: [u16; 3] = [50, 52, 60];
const DESTINATION_PORTS: [u16; 3] = [51, 54, 60];
const ICMP_TYPES: [u16; 3] = [0, 8 << 8, 3 << 8 | 1];

/// Every conversation of the space that enters by one interface and leaves by another, in joint numbers.
fn conversations(in_iface: u32, out_iface: u32) -> Vec<Conversation> {
    let mut all = Vec::new();
    for (src, dst) in SOURCES.iter().flat_map(|src| DESTINATIONS.iter().map(move |dst| (*src, *dst))) {
        let plain = Conversation {
            family: FAMILY,
            in_iface,
            out_iface,
            src,
            dst,
            proto: 47,
            sport: 0,
            dport: 0,
            icmp: 0,
            flags: 0,
        };
        for (sport, dport) in SOURCE_PORTS.iter().flat_map(|s| DESTINATION_PORTS.iter().map(move |d| (*s, *d))) {
            all.push(Conversation { proto: 6, flags: 2, sport, dport, ..plain.clone() });
            all.push(Conversation { proto: 17, sport, dport, ..plain.clone() });
        }
        all.extend(ICMP_TYPES.map(|icmp| Conversation { proto: 1, icmp, ..plain.clone() }));
        all.push(plain);
    }
    all
}

fn packet_of(c: &Conversation) -> Packet {
    let mut packet = Packet::zero();
    let values = [
        (Field::InIface, c.in_iface.into()),
        (Field::OutIface, c.out_iface.into()),
        (Field::Src, c.src),
        (Field::Dst, c.dst),
        (Field::Proto, c.proto.into()),
        (Field::SrcPort, c.sport.into()),
        (Field::DstPort, c.dport.into()),
        (Field::Icmp, c.icmp.into()),
    ];
    values.iter().for_each(|(field, value)| packet.set(*field, *value));
    packet
}

/// What the interpreter says, asked with the policy's own number for each name.
fn decided(policy: &Policy, names: &Interfaces, c: &Conversation) -> Verdict {
    let own = |id| match id {
        Interfaces::NONE => Interfaces::NONE,
        id => policy.interfaces.class_of(names.name(id)),
    };
    let own = Conversation { in_iface: own(c.in_iface), out_iface: own(c.out_iface), ..c.clone() };
    match policy.decide(&own).outcome() {
        Outcome::Permitted => Verdict::Permitted,
        Outcome::Denied(_) => Verdict::Denied,
        Outcome::Intercepted => Verdict::Intercepted,
        Outcome::Undecided => Verdict::Undecided,
    }
}

fn of_change<'c>(changes: &'c [Change], c: &Conversation) -> Option<&'c Change> {
    let packet = packet_of(c);
    let mut holding = changes.iter().filter(|change| change.packets.contains(&packet));
    let first = holding.next();
    assert!(holding.next().is_none(), "two changes hold {c:?}");
    first
}

fn kind(found: Option<&Change>) -> &'static str {
    match found.map(Change::kind) {
        None => "same",
        Some(Kind::NewlyPermitted) => "newly permitted",
        Some(Kind::NewlyDenied) => "newly denied",
        Some(Kind::BecameUndecided) => "became undecided",
        Some(Kind::NoLongerUndecided) => "no longer undecided",
        Some(Kind::OtherwiseLost) => "otherwise lost",
    }
}

fn exchanges_networks(policy: &Policy) -> bool {
    let rules = policy.chains.iter().flat_map(|chain| &chain.rules);
    rules.into_iter().any(|rule| matches!(rule.action, Action::Translate(Translation::Network { .. })))
}

/// The small space as a set.
fn space() -> PacketSet {
    let values = |all: &[u128]| IntervalSet::from_ranges(all.iter().map(|v| (*v, *v)));
    let ports = |all: &[u16]| IntervalSet::from_ranges(all.iter().map(|v| (u128::from(*v), u128::from(*v))));
    let around = PacketSet::full(FAMILY).with(Field::Src, &values(&SOURCES)).with(Field::Dst, &values(&DESTINATIONS));
    let of = |protocols: &[u128]| around.clone().with(Field::Proto, &values(protocols));
    let with_ports = of(&[6, 17]).with(Field::SrcPort, &ports(&SOURCE_PORTS));
    let with_ports = with_ports.with(Field::DstPort, &ports(&DESTINATION_PORTS));
    let icmp = of(&[1]).with(Field::Icmp, &ports(&ICMP_TYPES));
    with_ports.union(&icmp).union(&of(&[47]))
}

#[test]
#[expect(clippy::disallowed_macros, reason = "the shares are for whoever asks with --nocapture")]
fn what_a_change_permits_and_denies_is_what_the_interpreter_says() {
    let first: u64 = std::env::var("FWPROOF_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut shares: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut too_large, mut narrowed, mut wholes, mut given_up) = (0, 0, 0, 0);
    for seed in first..first + rounds() {
        let mut dice = Dice(seed);
        let old = random_policy(&mut dice);
        let independent = dice.chance(20);
        let mut new = if independent { random_policy(&mut dice) } else { mutated(&mut dice, &old) };
        new.hook = old.hook;
        let pair = Pair::new(&old, &new);
        // All addresses and ports there are cost a hundred times as much.
        let whole = seed.is_multiple_of(20).then(|| pair.whole());
        if let Some(whole) = &whole {
            assert!(whole.disagreements.is_empty(), "seed {seed}: {:?}", whole.disagreements);
            too_large += u64::from(!whole.too_large.is_empty());
            wholes += 1;
        }
        narrowed += u64::from(pair.same_lines());
        // Of more than 64 networks that NETMAP exchanges, the walk knows only the new one.
        let loses_networks = [&old, &new].into_iter().any(exchanges_networks);
        let names = pair.universe().interfaces();
        let ids = || 1..=names.classes().map(|(id, _)| id).max().unwrap();
        let entries: Vec<u32> = if old.hook == Hook::Output { vec![0] } else { ids().collect() };
        let small = pair.within(&space());
        assert!(small.disagreements.is_empty(), "seed {seed}: {:?}", small.disagreements);
        given_up += u64::from(!small.too_large.is_empty());
        for (entry, exit) in [(dice.pick(&entries), dice.pick(&ids().collect::<Vec<_>>())), (entries[0], 3)] {
            let compared = |c: &Conversation| !small.too_large.iter().any(|cube| cube.contains(&packet_of(c)));
            for c in conversations(entry, exit).into_iter().filter(compared) {
                let expected = (decided(&old, names, &c), decided(&new, names, &c));
                let found = of_change(&small.changes, &c);
                let said = found.map(|change| (change.was.verdict, change.is.verdict));
                let wanted = (expected.0 != expected.1).then_some(expected);
                assert_eq!(said, wanted, "seed {seed}, independent {independent}: {c:?}\n{old:#?}\n{new:#?}");
                *shares.entry(kind(found)).or_default() += 1;
                let Some(whole) = whole
                    .as_ref()
                    .filter(|w| !loses_networks && !w.too_large.iter().any(|cube| cube.contains(&packet_of(&c))))
                else {
                    continue;
                };
                let in_all = of_change(&whole.changes, &c).map(|change| (change.was.verdict, change.is.verdict));
                assert_eq!(in_all, wanted, "seed {seed}, among all conversations: {c:?}");
            }
        }
    }
    println!(
        "{} pairs, {wholes} of them whole, {too_large} too large, {narrowed} with the same lines: {shares:?}",
        rounds()
    );
    assert!(given_up * 100 <= rounds(), "{given_up} were too large even in the small space");
    assert!(too_large * 5 <= wholes, "{too_large} of {wholes} were not compared");
    for kind in ["same", "newly permitted", "newly denied", "became undecided", "no longer undecided"] {
        assert!(shares.get(kind).copied().unwrap_or(0) > 100 || rounds() < 50, "{kind}: {shares:?}");
    }
}
