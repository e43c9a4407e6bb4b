//! Which conversations are compared at all: of all that there are, those that meet a line that changed.

use super::align::{Changed, changed_rules};
use super::universe::{Numbers, Universe};
use crate::policy::{
    ACK, Action, CtState, Hook, ICMP, ICMPV6, Interfaces, Policy, Rule, SYN, Stage, TCP, Translation, UDP, states,
};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashSet;

/// The most products of changed lines that are kept apart; above, one product that holds them all is compared.
const MAX_PRODUCTS: usize = 400;
/// The most disjoint products that these may fall into.
const MAX_APART: usize = 2_000;
/// The most products that translations can meet and that are kept apart; above, one that holds them all.
const MAX_TRANSLATED: usize = 50;
/// TCP, UDP, DCCP, SCTP and UDP-Lite.
const WITH_PORTS: [u8; 5] = [TCP, UDP, 33, 132, 136];
const ICMPS: [u8; 2] = [ICMP, ICMPV6];
const PORTS: [Field; 2] = [Field::SrcPort, Field::DstPort];

/// Every conversation: any addresses, by any two interfaces. Ports are 0 where a protocol has none, and so are the
/// types of ICMP; [`freed`] undoes it.
pub(super) fn everything(policy: &Policy, universe: &Universe) -> PacketSet {
    let family = policy.family;
    let around = PacketSet::full(family)
        .with(Field::InIface, &universe.entries(policy.hook))
        .with(Field::OutIface, &universe.all());
    let zero = IntervalSet::single(0);
    let mut all = PacketSet::empty(family);
    for (protocols, empty) in classes(family) {
        let of_class = around.clone().with(Field::Proto, &protocols);
        all.add_all(&empty.iter().fold(of_class, |set, field| set.with(*field, &zero)));
    }
    all
}

/// Protocols by what they have, with the fields that they do not have.
fn classes(family: Family) -> [(IntervalSet, &'static [Field]); 3] {
    let of = |numbers: &[u8]| IntervalSet::from_ranges(numbers.iter().map(|p| (u128::from(*p), u128::from(*p))));
    let (ports, icmp) = (of(&WITH_PORTS), of(&ICMPS));
    let others = ports.union(&icmp).complement(Field::Proto.max(family));
    [(ports, &[Field::Icmp]), (icmp, &PORTS), (others, &[Field::Icmp, Field::SrcPort, Field::DstPort])]
}

/// The same conversations, with fields that a protocol does not have left out.
pub(super) fn freed(packets: &PacketSet) -> PacketSet {
    let family = packets.family();
    let of_class = |(protocols, empty): (IntervalSet, &'static [Field])| {
        let cubes = packets.cubes().iter().filter_map(move |cube| cube.clone().with(family, Field::Proto, &protocols));
        cubes.map(move |cube| empty.iter().fold(cube, |cube, field| cube.without(*field))).collect::<Vec<_>>()
    };
    PacketSet::from_cubes(family, classes(family).into_iter().flat_map(of_class))
}

/// The conversations of a set of which a packet can meet a line that is not the same on both sides; all of them where
/// more changed than lines.
pub(super) fn touched(old: &Policy, new: &Policy, universe: &Universe, all: &PacketSet) -> PacketSet {
    let Some(changed) = changed_rules(old, new, universe) else { return all.clone() };
    let cubes = cubes_met(old, new, universe, &changed);
    let one = || PacketSet::from_cubes(all.family(), hull(all.family(), &cubes));
    apart(all.family(), &cubes).unwrap_or_else(one).intersect(all)
}

/// The union of products; `None` when they are many, or cross each other and so fall into many.
fn apart(family: Family, cubes: &[Cube]) -> Option<PacketSet> {
    if cubes.len() > MAX_PRODUCTS {
        return None;
    }
    let mut union = PacketSet::empty(family);
    for cube in cubes {
        union.add(cube.clone());
        if union.cubes().len() > MAX_APART {
            return None;
        }
    }
    Some(union)
}

fn cubes_met(old: &Policy, new: &Policy, universe: &Universe, changed: &Changed<'_>) -> Vec<Cube> {
    let of_side = |policy: &Policy, rules: &[&Rule]| {
        let side = Side::new(policy, universe);
        rules.iter().flat_map(|rule| rule.matches.packets.cubes()).flat_map(|cube| side.met(cube)).collect::<Vec<_>>()
    };
    let mut cubes = of_side(old, &changed.old);
    cubes.extend(of_side(new, &changed.new));
    let mut seen = HashSet::new();
    cubes.retain(|cube| seen.insert(cube.clone()));
    cubes
}

/// A field of a rule, and the field of the conversation that it asks for.
type Asks = (Field, Field);

/// What the packets of a client have in common with the conversation, however addresses and ports are translated.
const ASKING: [Asks; 3] = [(Field::Proto, Field::Proto), (Field::Icmp, Field::Icmp), (Field::InIface, Field::InIface)];
const ASKING_UNTRANSLATED: [Asks; 5] = [
    (Field::Src, Field::Src),
    (Field::SrcPort, Field::SrcPort),
    (Field::Dst, Field::Dst),
    (Field::DstPort, Field::DstPort),
    (Field::OutIface, Field::OutIface),
];
/// The same of answers, whose type of ICMP is another one.
const ANSWERED: [Asks; 2] = [(Field::Proto, Field::Proto), (Field::OutIface, Field::InIface)];
const ANSWERED_UNTRANSLATED: [Asks; 5] = [
    (Field::Src, Field::Dst),
    (Field::Dst, Field::Src),
    (Field::SrcPort, Field::DstPort),
    (Field::DstPort, Field::SrcPort),
    (Field::InIface, Field::OutIface),
];

/// How the rules of one side see conversations.
struct Side {
    family: Family,
    numbers: Numbers,
    /// Conversations that may meet a translation. Packets of all others have the addresses of their conversation.
    translated: Vec<Cube>,
    /// Is every first packet of a connection tracked, so that no answer counts as new?
    tracks: bool,
    /// Does a packet have the interfaces of its conversation? Not one that goes round over loopback.
    by_interfaces: bool,
}

impl Side {
    fn new(policy: &Policy, universe: &Universe) -> Side {
        let rules = || policy.chains.iter().flat_map(|chain| &chain.rules);
        let moves = |action: &Action| matches!(action, Action::Translate(to) if *to != Translation::None);
        let untracks = |action: &Action| matches!(action, Action::Untrack | Action::Template | Action::Unknown(_));
        let mut side = Side {
            family: policy.family,
            numbers: universe.numbers(policy),
            translated: Vec::new(),
            tracks: policy.way(false, false).contains(&Stage::Track) && !rules().any(|rule| untracks(&rule.action)),
            by_interfaces: policy.hook == Hook::Forward,
        };
        // The first translation that a conversation meets sees it as it is.
        let translating = rules().filter(|rule| moves(&rule.action)).flat_map(|rule| rule.matches.packets.cubes());
        let translated: Vec<Cube> = translating.flat_map(|cube| side.met(cube)).collect();
        side.translated = if translated.len() > MAX_TRANSLATED { hull(policy.family, &translated) } else { translated };
        side
    }

    /// The conversations of which a packet may be in a cube of a rule, at most.
    fn met(&self, cube: &Cube) -> Vec<Cube> {
        let mut met = self.seen(cube, true);
        if !self.translated.is_empty() {
            let moved = self.seen(cube, false);
            met.extend(moved.iter().flat_map(|all| self.translated.iter().filter_map(|some| all.intersect(some))));
        }
        met
    }

    /// The same for packets that have the addresses and ports of their conversation, or any.
    fn seen(&self, cube: &Cube, untranslated: bool) -> Vec<Cube> {
        let has_flags = |flags: &[u8]| {
            cube.get(Field::TcpFlags).is_none_or(|set| flags.iter().any(|value| set.contains((*value).into())))
        };
        let asks = |fields: &'static [Asks]| if untranslated { fields } else { &[] };
        let asking = has_flags(&[SYN, ACK, 0]).then(|| self.conversations(cube, &ASKING, asks(&ASKING_UNTRANSLATED)));
        let answered = has_flags(&[SYN | ACK, ACK, 0]) && !self.is_for_new(cube);
        let answered = answered.then(|| self.conversations(cube, &ANSWERED, asks(&ANSWERED_UNTRANSLATED)));
        asking.flatten().into_iter().chain(answered.flatten()).collect()
    }

    /// Is a rule for packets only that open a connection, or that another one announced?
    fn is_for_new(&self, cube: &Cube) -> bool {
        let opening = states::of(CtState::New).union(&states::of(CtState::Related));
        self.tracks && cube.get(Field::State).is_some_and(|set| set.is_subset(&opening))
    }

    fn conversations(&self, cube: &Cube, always: &[Asks], untranslated: &[Asks]) -> Option<Cube> {
        let asked =
            always.iter().chain(untranslated).filter_map(|(of_rule, of)| Some((*of, self.asked(*of_rule, cube)?)));
        let all = asked.into_iter().try_fold(Cube::full(), |all, (field, set)| all.with(self.family, field, set))?;
        self.numbers.joint_cube(&all)
    }

    /// What a rule asks of a field. One that also matches "no interface" is met where the interface is not seen, so it
    /// asks for none.
    fn asked<'c>(&self, field: Field, cube: &'c Cube) -> Option<&'c IntervalSet> {
        let set = cube.get(field)?;
        let is_interface = matches!(field, Field::InIface | Field::OutIface);
        let unseen = !self.by_interfaces || set.contains(Interfaces::NONE.into());
        (!(is_interface && unseen)).then_some(set)
    }
}

/// One product that holds all of them.
fn hull(family: Family, cubes: &[Cube]) -> Vec<Cube> {
    const FIELDS: [Field; 8] = [
        Field::InIface,
        Field::OutIface,
        Field::Src,
        Field::Dst,
        Field::Proto,
        Field::SrcPort,
        Field::DstPort,
        Field::Icmp,
    ];
    let values = |field: Field| -> Option<IntervalSet> {
        let sets: Option<Vec<&IntervalSet>> = cubes.iter().map(|cube| cube.get(field)).collect();
        let ranges = sets?.into_iter().flat_map(|set| set.intervals()).map(|i| (i.low, i.high));
        Some(IntervalSet::from_ranges(ranges))
    };
    let named = FIELDS.into_iter().filter_map(|field| Some((field, values(field)?)));
    let cube = named.into_iter().try_fold(Cube::full(), |cube, (field, set)| cube.with(family, field, &set));
    cube.into_iter().collect()
}
