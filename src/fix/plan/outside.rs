//! Does anything change for conversations that no required flow asks for?
//!
//! The texts before and after are held against each other as `fwproof diff` does it, over all conversations that can be.

use super::Task;
use super::ground::Ground;
use crate::diff::{Pair, Universe};
use crate::format::{FORMATS, RuleBase};
use crate::policy::{Action, Answers, Conversation, Hook, Interfaces, Policy, Stage, Translation};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use crate::verify::Verdict;

/// What a fix does to a conversation outside the required flows.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// One of the conversations.
    pub witness: Conversation,
    /// Its verdict before.
    pub before: Verdict,
    /// The interfaces by which it comes and goes.
    pub by: (String, String),
}

/// What a fix lets pass beside the required flows, because nothing that the format can say tells it apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// What servers send unasked from the ports of the services, where lists have no state.
    pub mirrored: bool,
    /// Packets to the required servers that would leave by another interface than the one by which the flows are judged.
    pub astray: bool,
}

impl Beside {
    fn with(self, other: Beside) -> Beside {
        Beside { mirrored: self.mirrored || other.mirrored, astray: self.astray || other.astray }
    }

    /// Nothing at all?
    pub(super) fn is_nothing(self) -> bool {
        self == Beside::default()
    }

    /// No more than another one?
    pub(super) fn is_within(self, other: Beside) -> bool {
        self.with(other) == other
    }
}

/// How two rule bases compare outside the required flows.
pub(super) enum Compared {
    /// No verdict changes, but for these.
    Same(Beside),
    /// One changes.
    Changed(Box<Change>),
    /// Not known.
    TooComplex,
}

/// Compares the texts of two steps.
pub(super) fn compare(task: &Task<'_>, old: &Ground, new: &Ground) -> Compared {
    let mut beside = Beside::default();
    for (index, ((file, before), (_, after))) in old.bases.iter().zip(&new.bases).enumerate() {
        let format = task.files.get(*file).map_or("", |file| file.format);
        match compare_bases(format, &old.required(index), before, after) {
            Compared::Same(also) => beside = beside.with(also),
            other => return other,
        }
    }
    Compared::Same(beside)
}

fn compare_bases(format: &str, required: &PacketSet, before: &RuleBase, after: &RuleBase) -> Compared {
    let pair = Pair::new(&before.policy, &after.policy);
    if pair.same_lines() {
        return Compared::Same(Beside::default());
    }
    let required = pair.universe().numbers(&before.policy).joint(required);
    let whole = pair.within(&possible(format, before, pair.universe()));
    if !whole.too_large.is_empty() || !whole.disagreements.is_empty() {
        return Compared::TooComplex;
    }
    let outside: Vec<_> =
        whole.changes.iter().map(|change| (change.was.verdict, change.packets.subtract(&required))).collect();
    let mut first = None;
    for beside in allowances(&before.policy) {
        let spared = spared(&before.policy, &required, beside);
        let left =
            outside.iter().map(|(was, packets)| (*was, spared.iter().fold(packets.clone(), |p, s| p.subtract(s))));
        let Some((was, packet)) = left.into_iter().find_map(|(was, packets)| Some((was, packets.witness()?))) else {
            return Compared::Same(beside);
        };
        let witness = Conversation::from_packet(before.policy.family, &packet);
        first = Some(Box::new(change(pair.universe().interfaces(), was, witness)));
    }
    first.map_or(Compared::TooComplex, Compared::Changed)
}

fn change(interfaces: &Interfaces, before: Verdict, witness: Conversation) -> Change {
    let name = |id| interfaces.name(id).to_owned();
    Change { by: (name(witness.in_iface), name(witness.out_iface)), witness, before }
}

/// What may be let go, from nothing to everything.
fn allowances(policy: &Policy) -> Vec<Beside> {
    let all = [(false, false), (false, true), (true, false), (true, true)];
    let all = all.map(|(mirrored, astray)| Beside { mirrored, astray });
    all.into_iter().filter(|beside| !beside.mirrored || !remembers(policy)).collect()
}

fn spared(policy: &Policy, required: &PacketSet, beside: Beside) -> Vec<PacketSet> {
    let mut all = Vec::new();
    if beside.mirrored {
        all.push(mirror(policy, required));
    }
    if beside.astray {
        let judged = required.projected(&[Field::Dst, Field::OutIface]);
        all.push(required.projected(&[Field::Dst]).subtract(&judged));
    }
    all
}

/// Does connection tracking stand before the rules that permit, or a table of connections beside them?
fn remembers(policy: &Policy) -> bool {
    let permits = |stage: &Stage| matches!(stage, Stage::Filter { permit: true, .. });
    let first = policy.forward.iter().find(|stage| permits(stage) || **stage == Stage::Track);
    policy.answers != Answers::Filtered || first == Some(&Stage::Track)
}

/// Conversations whose packets are those of the given ones, with the ends exchanged, by whatever way: a list sees one side
/// of it. Where clients have another address outside, also what is sent to that one, and what others ask that have it,
/// too: their answers are the same packets.
fn mirror(policy: &Policy, packets: &PacketSet) -> PacketSet {
    let plain =
        PacketSet::from_cubes(packets.family(), packets.cubes().iter().filter_map(|cube| swapped(packets, cube)));
    let plain = plain.forget(&[Field::InIface, Field::OutIface]);
    let rules = policy.chains.iter().flat_map(|chain| &chain.rules);
    let hidden = rules.filter_map(|rule| match &rule.action {
        Action::Translate(Translation::Source { addresses, .. }) => {
            Some(addresses.clone().unwrap_or_else(|| IntervalSet::range(0, policy.family.max_address())))
        }
        _ => None,
    });
    let Some(hidden) = hidden.reduce(|all, one| all.union(&one)) else { return plain };
    let unasked = plain.forget(&[Field::Dst, Field::DstPort]).with(Field::Dst, &hidden);
    plain.union(&unasked).union(&packets.forget(&[Field::Src, Field::SrcPort]))
}

const ENDS: [(Field, Field); 3] =
    [(Field::InIface, Field::OutIface), (Field::Src, Field::Dst), (Field::SrcPort, Field::DstPort)];

fn swapped(of: &PacketSet, cube: &Cube) -> Option<Cube> {
    let bare = ENDS.iter().fold(cube.clone(), |c, (one, other)| c.without(*one).without(*other));
    ENDS.iter().try_fold(bare, |c, (one, other)| {
        let set = |from, to, c: Cube| match cube.get(from) {
            Some(values) => c.with(of.family(), to, values),
            None => Some(c),
        };
        set(*one, *other, c).and_then(|c| set(*other, *one, c))
    })
}

/// The conversations that can be, as far as the rule base tells: packets come in by any interface, and leave by one that
/// the routes of the text lead to. Nothing is forwarded over loopback. What leaves by the interface of its entry is left
/// out, as it is for the required flows, unless the rule base judges it.
fn possible(format: &str, base: &RuleBase, universe: &Universe) -> PacketSet {
    let (policy, topology) = (&base.policy, &base.topology);
    let family = policy.family;
    let ways = ways(format, base, universe);
    let ids = |ids: &[u32]| IntervalSet::from_ranges(ids.iter().map(|id| ((*id).into(), (*id).into())));
    let entries = if policy.hook == Hook::Output { IntervalSet::single(Interfaces::NONE.into()) } else { ids(&ways) };
    let packets = PacketSet::full(family).with(Field::InIface, &entries);
    let numbers = universe.numbers(policy);
    let mut reached = PacketSet::empty(family);
    if topology.exits.iter().any(|door| door.addresses.is_some()) {
        for door in &topology.exits {
            let by = packets.clone().with(Field::OutIface, &IntervalSet::single(door.iface.into()));
            let by = door.addresses.as_ref().map_or_else(|| by.clone(), |a| by.clone().with(Field::Dst, a));
            reached.add_all(&numbers.joint(&by));
        }
    } else {
        reached = packets.with(Field::OutIface, &ids(&ways));
    }
    if topology.hairpin {
        return reached;
    }
    let same =
        |id: &u32| PacketSet::full(family).with(Field::InIface, &ids(&[*id])).with(Field::OutIface, &ids(&[*id]));
    ways.iter().fold(reached, |rest, id| rest.subtract(&same(id)))
}

/// The interfaces of forwarded packets: those of the text, and any other where it need not list all.
fn ways(format: &str, base: &RuleBase, universe: &Universe) -> Vec<u32> {
    let named: Vec<u32> = universe.interfaces().classes().filter(|(_, name)| *name != "lo").map(|(id, _)| id).collect();
    let has_others = base.topology.entries.iter().any(|door| door.iface == Interfaces::OTHER);
    let lists_all = FORMATS.iter().any(|known| known.name == format && known.lists_interfaces) && !has_others;
    let other = (!lists_all || named.is_empty()).then_some(Interfaces::OTHER);
    named.into_iter().chain(other).collect()
}
