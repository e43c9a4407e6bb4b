//! Random policies shaped like a packet filter: raw, mangle, nat and filter chains with jumps, gotos, returns, opaque
//! conditions, marks and translations, over a universe so small that rules meet often.

use fwproof::policy::*;
use fwproof::source::{SourceId, Sources, Span};
use fwproof::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// A small generator of numbers: the same for the same seed on every machine (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

pub const FAMILY: Family = Family::V4;
pub const SRC: u128 = 0x0a00_0000;
pub const DST: u128 = 0xd043_dede;

fn source() -> SourceId {
    Sources::new().add("random", "")
}

fn span() -> Span {
    Span { source: source(), start: 0, end: 0 }
}

fn some_range(dice: &mut Dice, base: u128, size: u64) -> IntervalSet {
    let low = dice.below(size);
    let high = low + dice.below(size - low);
    let set = IntervalSet::range(base + u128::from(low), base + u128::from(high));
    if dice.chance(15) { set.complement(Field::Src.max(FAMILY)) } else { set }
}

fn some_match(dice: &mut Dice, opaque_percent: u64) -> Match {
    let mut cube = Cube::full();
    let with = |cube: &mut Cube, field: Field, set: IntervalSet| {
        if let Some(next) = cube.clone().with(FAMILY, field, &set.intersect(&IntervalSet::range(0, field.max(FAMILY))))
        {
            *cube = next;
        }
    };
    if dice.chance(35) {
        let (field, base) = dice.pick(&[(Field::Src, SRC), (Field::Dst, DST), (Field::Src, DST), (Field::Dst, SRC)]);
        with(&mut cube, field, some_range(dice, base, 4));
    }
    if dice.chance(30) {
        let proto = dice.pick(&[6u128, 17, 1]);
        with(&mut cube, Field::Proto, IntervalSet::single(proto));
        if proto == 1 {
            with(&mut cube, Field::Icmp, IntervalSet::range(u128::from(dice.below(9)) << 8, 8 << 8 | 0xff));
        } else if dice.chance(60) {
            let field = dice.pick(&[Field::DstPort, Field::SrcPort]);
            with(&mut cube, field, some_range(dice, 50, 5));
        }
    }
    if dice.chance(25) {
        let states = [CtState::New, CtState::Established, CtState::Invalid, CtState::Untracked].map(states::of);
        let set =
            if dice.chance(15) { states::destination_translated() } else { states[dice.below(4) as usize].clone() };
        with(&mut cube, Field::State, if dice.chance(20) { set.complement(31) } else { set });
    }
    if dice.chance(20) {
        let field = dice.pick(&[Field::InIface, Field::OutIface]);
        let one = IntervalSet::single(2 + u128::from(dice.below(3)));
        with(&mut cube, field, if dice.chance(25) { one.complement(u32::MAX.into()) } else { one });
    }
    if dice.chance(8) {
        let (field, base) = dice.pick(&[
            (Field::OrigDst, DST),
            (Field::OrigDst, SRC),
            (Field::ReplySrc, DST),
            (Field::OrigSrc, SRC),
            (Field::ReplyDst, SRC),
            (Field::OrigSrcPort, 50),
            (Field::OrigDstPort, 50),
        ]);
        with(&mut cube, field, some_range(dice, base, 4));
    }
    if dice.chance(5) {
        with(&mut cube, Field::Direction, IntervalSet::single(u128::from(dice.below(2))));
    }
    if dice.chance(5) {
        with(&mut cube, Field::TcpFlags, IntervalSet::from_ranges([(2, 2), (18, 18)]));
    }
    let mut packets = PacketSet::from_cubes(FAMILY, [cube]);
    if dice.chance(10) {
        let other = Cube::full().with(
            FAMILY,
            Field::DstPort,
            &some_range(dice, 50, 5).intersect(&IntervalSet::range(0, 65535)),
        );
        packets = PacketSet::from_cubes(FAMILY, packets.cubes().iter().cloned().chain(other));
    }
    let mut matches = Match::exactly(packets);
    if dice.chance(10) {
        matches.marks.push(MarkTest {
            kind: dice.pick(&[MarkKind::Packet, MarkKind::Connection]),
            value: dice.below(2) as u32,
            mask: dice.pick(&[1, 3]),
            negated: dice.chance(30),
        });
    }
    if dice.chance(opaque_percent) {
        matches.opaque.push(Condition { text: format!("condition {}", dice.below(1000)), span: span() });
    }
    matches
}

#[derive(Clone, Copy, PartialEq)]
enum Table {
    Raw,
    Mangle,
    NatDestination,
    NatSource,
    Filter,
}

fn some_action(dice: &mut Dice, table: Table, callees: &[ChainId], unknown_percent: u64) -> Action {
    if dice.chance(unknown_percent) {
        return Action::Unknown("not understood".to_owned());
    }
    if !callees.is_empty() && dice.chance(35) {
        let target = dice.pick(callees);
        return if dice.chance(30) { Action::Goto(target) } else { Action::Jump(target) };
    }
    let mark = |dice: &mut Dice| match dice.below(4) {
        0 => MarkChange::Save { nfmask: 3, ctmask: 3 },
        1 => MarkChange::Restore { nfmask: 3, ctmask: 3 },
        n => MarkChange::Set {
            kind: if n == 2 { MarkKind::Packet } else { MarkKind::Connection },
            value: dice.below(4) as u32,
            mask: 3,
        },
    };
    match (table, dice.below(10)) {
        (Table::Raw, 0..=3) => Action::Untrack,
        (Table::Raw, 4) => Action::Template,
        (Table::Raw | Table::Mangle, 5..=6) | (Table::Mangle, 0..=4) => Action::Mark(mark(dice)),
        (Table::Mangle, 9) if dice.chance(10) => Action::Divert,
        (Table::NatDestination, 0..=6) => Action::Translate(some_destination(dice)),
        (Table::NatSource, 0..=5) => Action::Translate(some_source(dice)),
        (Table::Filter, 0..=4) => Action::Accept,
        (Table::Filter, 5..=6) => Action::Deny(dice.pick(&[Denial::Silent, Denial::Reset])),
        (_, 7) => Action::Accept,
        (_, 8) => Action::Return,
        (Table::Filter, _) => Action::Continue,
        (Table::Mangle, _) if dice.chance(40) => Action::Deny(Denial::Silent),
        _ if dice.chance(5) => Action::Deny(Denial::Silent),
        _ => Action::Continue,
    }
}

fn some_destination(dice: &mut Dice) -> Translation {
    let low = DST + u128::from(dice.below(4));
    let ports = dice.chance(40).then(|| IntervalSet::single(50 + u128::from(dice.below(5))));
    match dice.below(5) {
        0 => Translation::Redirect { ports },
        1 => Translation::Network { network: DST & !3, host_mask: 3 },
        2 => Translation::Destination { addresses: None, ports: Some(IntervalSet::range(50, 52)), local: false },
        n => Translation::Destination {
            addresses: Some(IntervalSet::range(low, low + u128::from(dice.below(2)))),
            ports,
            local: n == 3 && dice.chance(40),
        },
    }
}

fn some_source(dice: &mut Dice) -> Translation {
    match dice.below(3) {
        0 => Translation::Source { addresses: None, ports: None },
        1 => Translation::Network { network: SRC, host_mask: 1 },
        _ => Translation::Source {
            addresses: Some(IntervalSet::single(SRC + u128::from(dice.below(4)))),
            ports: dice.chance(60).then(|| IntervalSet::range(50, 50 + u128::from(dice.below(2)))),
        },
    }
}

struct Builder<'d> {
    dice: &'d mut Dice,
    chains: Vec<Chain>,
    opaque_percent: u64,
    unknown_percent: u64,
}

impl Builder<'_> {
    /// A base chain with up to three chains of its own, each calling only later ones.
    fn table(&mut self, table: Table, deny_percent: u64, most_rules: u64) -> ChainId {
        let count = 1 + self.dice.below(4) as usize;
        let first = self.chains.len();
        for index in 0..count {
            let callees: Vec<ChainId> = (index + 1..count).map(|i| ChainId(first + i)).collect();
            let rules = (0..1 + self.dice.below(most_rules)).map(|_| self.rule(table, &callees)).collect();
            let end = match index {
                0 if self.dice.chance(deny_percent) => ChainEnd::Deny(Denial::Silent),
                0 => ChainEnd::Accept,
                // Access lists are called like chains, and end by themselves.
                _ if self.dice.chance(8) => match self.dice.below(3) {
                    0 => ChainEnd::Accept,
                    1 => ChainEnd::Deny(Denial::Silent),
                    _ if self.unknown_percent > 0 => ChainEnd::Unknown("not understood".to_owned()),
                    _ => ChainEnd::Return,
                },
                _ => ChainEnd::Return,
            };
            self.chains.push(Chain { name: format!("chain {}", first + index), rules, end, span: span() });
        }
        ChainId(first)
    }

    /// The way of what the machine itself sends.
    fn own_packets(&mut self, filter: ChainId, all_tables: bool) -> Vec<Stage> {
        let mut some = |table, percent, deny, rules| {
            (all_tables && self.dice.chance(percent)).then(|| self.table(table, deny, rules))
        };
        let (raw, mangle) = (some(Table::Raw, 40, 0, 3), some(Table::Mangle, 40, 3, 3));
        let (nat, late) = (some(Table::NatDestination, 80, 0, 5), some(Table::Mangle, 40, 3, 3));
        let nat_source = some(Table::NatSource, 60, 0, 3);
        let sees = Sees::Out;
        let plain = |chain: Option<ChainId>| chain.map(|chain| Stage::Filter { chain, sees, permit: false });
        let stages = [
            plain(raw),
            Some(Stage::Track),
            plain(mangle),
            Some(Stage::Translate { chain: nat, sees, destination: true }),
            Some(Stage::Filter { chain: filter, sees, permit: true }),
            Some(Stage::Reroute),
            plain(late),
            Some(Stage::Translate { chain: nat_source, sees, destination: false }),
            Some(Stage::Loopback),
        ];
        stages.into_iter().flatten().collect()
    }

    fn rule(&mut self, table: Table, callees: &[ChainId]) -> Rule {
        let action = some_action(self.dice, table, callees, self.unknown_percent);
        Rule { matches: some_match(self.dice, self.opaque_percent), action, span: span() }
    }
}

/// A random policy; about half have every table, the others only filter.
pub fn random_policy(dice: &mut Dice) -> Policy {
    let opaque_percent = dice.pick(&[0, 0, 10, 30]);
    let unknown_percent = dice.pick(&[0, 0, 2, 6]);
    let all_tables = dice.chance(92);
    let hook = if dice.chance(30) { Hook::Output } else { Hook::Forward };
    let mut interfaces = Interfaces::new();
    let third = if hook == Hook::Output { "lo" } else { "dmz" };
    ["lan", "wan", third].iter().for_each(|n| interfaces.add(n));
    let mut b = Builder { dice, chains: Vec::new(), opaque_percent, unknown_percent };
    let filter = |chain, sees, permit| Stage::Filter { chain, sees, permit };
    let nat = |chain, sees, destination| Stage::Translate { chain, sees, destination };
    let (raw, mangle, nat_in, nat_out, mangle_forward) = if all_tables {
        (
            b.dice.chance(40).then(|| b.table(Table::Raw, 0, 3)),
            b.dice.chance(50).then(|| b.table(Table::Mangle, 3, 4)),
            b.dice.chance(80).then(|| b.table(Table::NatDestination, 0, 5)),
            b.dice.chance(60).then(|| b.table(Table::NatSource, 0, 3)),
            b.dice.chance(30).then(|| b.table(Table::Mangle, 3, 3)),
        )
    } else {
        (None, None, None, None, None)
    };
    let forward_chain = b.table(Table::Filter, 40, 6);
    let mut forward: Vec<Stage> = raw.map(|c| filter(c, Sees::In, false)).into_iter().collect();
    forward.push(Stage::Track);
    forward.extend(mangle.map(|c| filter(c, Sees::In, false)));
    forward.push(nat(nat_in, Sees::In, true));
    forward.push(Stage::Route);
    forward.extend(mangle_forward.map(|c| filter(c, Sees::Both, false)));
    forward.push(filter(forward_chain, Sees::Both, true));
    forward.push(nat(nat_out, Sees::Both, false));
    if b.dice.chance(25) {
        // A router's list on the way out sees translated sources.
        forward.push(filter(b.table(Table::Filter, 20, 4), Sees::Both, false));
    }
    let input_chain = b.table(Table::Filter, 20, 3);
    let output_chain = b.table(Table::Filter, 30, 3);
    let mut output = vec![Stage::Track, nat(None, Sees::Out, true), filter(output_chain, Sees::Out, true)];
    let mut input = vec![filter(input_chain, Sees::In, true)];
    if hook == Hook::Output {
        output = b.own_packets(output_chain, all_tables);
        let nat_input = b.dice.chance(20).then(|| b.table(Table::NatSource, 0, 3));
        input.push(nat(nat_input, Sees::In, false));
    }
    let answers = if b.dice.chance(15) { Answers::Tracked { icmp: b.dice.chance(50) } } else { Answers::Filtered };
    Policy { family: FAMILY, interfaces, chains: b.chains, forward, input, output, hook, answers }
}

/// Every conversation of a small flow of one protocol.
pub fn random_flow(dice: &mut Dice) -> PacketSet {
    let proto = dice.pick(&[6u128, 17, 17, 6, 1, 47]);
    let mut cube = Cube::full().with(FAMILY, Field::Proto, &IntervalSet::single(proto)).unwrap();
    cube = cube.with(FAMILY, Field::Src, &IntervalSet::range(SRC, SRC + 3)).unwrap();
    let last = DST + u128::from(dice.pick(&[3u8, 3, 1, 0]));
    cube = cube.with(FAMILY, Field::Dst, &IntervalSet::range(DST, last)).unwrap();
    if proto == 6 || proto == 17 {
        cube = cube.with(FAMILY, Field::SrcPort, &IntervalSet::range(50, 53)).unwrap();
        cube = cube.with(FAMILY, Field::DstPort, &IntervalSet::range(50, 54)).unwrap();
    }
    if proto == 1 {
        cube = cube.with(FAMILY, Field::Icmp, &IntervalSet::from_ranges([(0, 0), (8 << 8, 8 << 8)])).unwrap();
    }
    let pair = |i: u128, o: u128| {
        let with = cube.clone().with(FAMILY, Field::InIface, &IntervalSet::single(i)).unwrap();
        with.with(FAMILY, Field::OutIface, &IntervalSet::single(o)).unwrap()
    };
    if dice.chance(30) {
        PacketSet::from_cubes(FAMILY, [pair(2, 3), pair(2, 4), pair(4, 3)])
    } else {
        PacketSet::from_cubes(FAMILY, [pair(2, 3)])
    }
}

/// A random conversation of the flow.
pub fn random_conversation(dice: &mut Dice, flow: &PacketSet) -> Conversation {
    let cube = dice.below(flow.cubes().len() as u64) as usize;
    let mut packet = fwproof::space::Packet::zero();
    for (field, set) in flow.cubes()[cube].dims() {
        let interval = set.intervals()[dice.below(set.intervals().len() as u64) as usize];
        packet.set(*field, interval.low + u128::from(dice.below((interval.high - interval.low + 1) as u64)));
    }
    Conversation::from_packet(FAMILY, &packet)
}

/// The policy after a few changes as people make them: a rule goes, comes, moves, or is for other packets.
pub fn mutated(dice: &mut Dice, policy: &Policy) -> Policy {
    let mut changed = policy.clone();
    if dice.chance(25) {
        changed.interfaces.add("tun0");
    }
    for _ in 0..1 + dice.below(3) {
        let at = dice.below(changed.chains.len() as u64) as usize;
        mutate(dice, &mut changed.chains[at]);
    }
    if dice.chance(30) { renumbered(&changed) } else { changed }
}

fn mutate(dice: &mut Dice, chain: &mut Chain) {
    let count = chain.rules.len() as u64;
    let action = dice.pick(&[0, 1, 2, 3, 4]);
    let some = |dice: &mut Dice| dice.below(count.max(1)) as usize;
    match action {
        0 if count > 0 => drop(chain.rules.change(|rules| rules.remove(some(dice)))),
        1 if count > 1 => {
            let (one, other) = (some(dice), some(dice));
            chain.rules.change(|rules| rules.swap(one, other));
        }
        2 if count > 0 => {
            let at = some(dice);
            chain.rules.change(|rules| rules[at].matches = some_match(dice, 5));
        }
        3 if dice.chance(20) => {
            chain.end = match chain.end {
                ChainEnd::Accept => ChainEnd::Deny(Denial::Silent),
                _ => ChainEnd::Accept,
            };
        }
        _ => {
            let action = if dice.chance(50) { Action::Accept } else { Action::Deny(Denial::Reset) };
            let mut matches = some_match(dice, 5);
            if dice.chance(20) {
                // The number after the three of every random policy: the added name, or one beyond all.
                matches.packets = matches.packets.with(Field::InIface, &IntervalSet::single(5));
            }
            chain.rules.change(|rules| rules.insert(some(dice), Rule { matches, action, span: span() }));
        }
    }
}

/// The same policy with its first two interfaces in the other order.
fn renumbered(policy: &Policy) -> Policy {
    let mut interfaces = Interfaces::new();
    let names: Vec<&str> = policy.interfaces.classes().map(|(_, name)| name).collect();
    [1, 0].iter().chain(&(2..names.len()).collect::<Vec<_>>()).for_each(|at| interfaces.add(names[*at]));
    let swapped = |set: &IntervalSet| {
        let (two, three) = (IntervalSet::single(2), IntervalSet::single(3));
        let mut out = set.subtract(&two).subtract(&three);
        out = if set.contains(2) { out.union(&three) } else { out };
        if set.contains(3) { out.union(&two) } else { out }
    };
    let cube = |cube: &Cube| {
        [Field::InIface, Field::OutIface].into_iter().fold(cube.clone(), |all, field| match cube.get(field) {
            Some(set) => all.without(field).with(FAMILY, field, &swapped(set)).unwrap(),
            None => all,
        })
    };
    let mut changed = Policy { interfaces, ..policy.clone() };
    let renumber = |rule: &mut Rule| {
        rule.matches.packets = PacketSet::from_cubes(FAMILY, rule.matches.packets.cubes().iter().map(cube));
    };
    for chain in &mut changed.chains {
        chain.rules.change(|rules| rules.iter_mut().for_each(renumber));
    }
    changed
}
