//! Does anything change for conversations that no required flow asks for?
//!
//! Only a conversation of which some packet can meet a changed rule can change. These are found from the rules that the
//! two rule bases do not have in common, as an upper bound, and judged in both.

use super::Task;
use super::ground::Ground;
use crate::format::RuleBase;
use crate::policy::{Action, Answers, Conversation, Hook, Interfaces, Policy, Rule, Stage, Translation};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use crate::verify::{Prover, Verdict};
use std::collections::HashMap;
use std::fmt::Write;

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

/// How two rule bases compare outside the required flows.
pub(super) enum Compared {
    /// No verdict changes.
    Same {
        /// But for what lists without state cannot tell from answers.
        mirrored: bool,
    },
    /// One changes.
    Changed(Box<Change>),
    /// Not known.
    TooComplex,
}

/// Compares the texts of two steps.
pub(super) fn compare(task: &Task<'_>, old: &Ground, new: &Ground) -> Compared {
    let mut mirrored = false;
    for ((_, before), (_, after)) in old.bases.iter().zip(&new.bases) {
        match compare_bases(task, before, after) {
            Compared::Same { mirrored: also } => mirrored |= also,
            other => return other,
        }
    }
    Compared::Same { mirrored }
}

fn compare_bases(task: &Task<'_>, before: &RuleBase, after: &RuleBase) -> Compared {
    let family = before.policy.family;
    let Some(touched) = touched(&before.policy, &after.policy) else { return Compared::TooComplex };
    let mut required = PacketSet::empty(family);
    let of_family = task.wanted.iter().filter(|w| w.packets.family() == family);
    of_family.for_each(|wanted| required.add_all(&wanted.packets));
    let outside = possible(before, touched).subtract(&required);
    let Some((from, packets)) = changed(before, after, &outside) else { return Compared::Same { mirrored: false } };
    // A list without state cannot tell an answer from what the server sends unasked.
    let rest = if remembers(&before.policy) { packets.clone() } else { packets.subtract(&mirror(&required)) };
    let Some(packet) = rest.witness() else {
        return only_mirrored(before, after, &outside.subtract(&mirror(&required)));
    };
    Compared::Changed(Box::new(change(&before.policy, from, Conversation::from_packet(family, &packet))))
}

/// Nothing changes beside the mirrored conversations, if that is so.
fn only_mirrored(before: &RuleBase, after: &RuleBase, outside: &PacketSet) -> Compared {
    match changed(before, after, outside) {
        None => Compared::Same { mirrored: true },
        Some((from, packets)) => match packets.witness() {
            Some(packet) => {
                let conversation = Conversation::from_packet(outside.family(), &packet);
                Compared::Changed(Box::new(change(&before.policy, from, conversation)))
            }
            None => Compared::TooComplex,
        },
    }
}

fn change(policy: &Policy, before: Verdict, witness: Conversation) -> Change {
    let name = |id| policy.interfaces.name(id).to_owned();
    Change { by: (name(witness.in_iface), name(witness.out_iface)), witness, before }
}

/// The first verdict that some of the conversations had and no longer have, and these.
fn changed(before: &RuleBase, after: &RuleBase, packets: &PacketSet) -> Option<(Verdict, PacketSet)> {
    if packets.is_empty() {
        return None;
    }
    let servers = packets.values(Field::Dst);
    let verdicts = |base: &RuleBase| by_verdict(Prover::new(&base.policy, &servers).verdicts(packets), packets);
    let (old, new) = (verdicts(before), verdicts(after));
    old.iter().find_map(|(verdict, was)| {
        let is = new.iter().find(|(v, _)| v == verdict).map(|(_, set)| was.subtract(set));
        let lost = is.unwrap_or_else(|| was.clone());
        (!lost.is_empty()).then_some((*verdict, lost))
    })
}

fn by_verdict(parts: Vec<(Verdict, PacketSet)>, whole: &PacketSet) -> Vec<(Verdict, PacketSet)> {
    let mut all: Vec<(Verdict, PacketSet)> = Vec::new();
    for (verdict, part) in parts {
        match all.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, set)) => set.add_all(&part),
            None => all.push((verdict, PacketSet::empty(whole.family()).union(&part))),
        }
    }
    all
}

/// Does connection tracking stand before the rules, or a table of connections beside them?
fn remembers(policy: &Policy) -> bool {
    policy.answers != Answers::Filtered || policy.forward.contains(&Stage::Track)
}

/// Conversations whose packets are those of the given ones, with the ends exchanged.
fn mirror(packets: &PacketSet) -> PacketSet {
    PacketSet::from_cubes(packets.family(), packets.cubes().iter().filter_map(|cube| swapped(packets, cube)))
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

/// An upper bound of the conversations with a packet that can meet a rule that the policies do not share. `None` where
/// they differ in more than rules.
fn touched(old: &Policy, new: &Policy) -> Option<PacketSet> {
    let shape = |p: &Policy| {
        let chains: Vec<_> = p.chains.iter().map(|c| (c.name.clone(), c.end.clone())).collect();
        (chains, p.forward.clone(), p.input.clone(), p.output.clone(), p.answers)
    };
    if shape(old) != shape(new) {
        return None;
    }
    let free = free(old).into_iter().chain(self::free(new)).collect::<Vec<_>>();
    let mut all = PacketSet::empty(old.family);
    for (mine, theirs) in old.chains.iter().zip(&new.chains) {
        for rule in apart(&mine.rules, &theirs.rules) {
            for cube in rule.matches.packets.cubes() {
                let cube = free.iter().fold(conversational(cube), |c, field| c.without(*field));
                all.add(cube.clone());
                all.add_all(&mirror(&PacketSet::from_cubes(old.family, [cube])));
            }
        }
    }
    Some(all)
}

/// The fields that a translation can have changed when a packet meets a rule.
fn free(policy: &Policy) -> Vec<Field> {
    use Field::{Dst, DstPort, InIface, OutIface, Src, SrcPort};
    let mut fields = Vec::new();
    for rule in policy.chains.iter().flat_map(|c| &c.rules) {
        let Action::Translate(translation) = &rule.action else { continue };
        match translation {
            Translation::Source { .. } => fields.extend([Src, SrcPort]),
            Translation::None => {}
            _ => fields.extend([Src, SrcPort, Dst, DstPort, InIface, OutIface]),
        }
    }
    if policy.hook == Hook::Output {
        fields.extend([InIface, OutIface]);
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// A cube of a packet as one of the first packets of conversations: what it is later is left open.
fn conversational(cube: &Cube) -> Cube {
    use Field::{Dst, DstPort, InIface, OutIface, Proto, Src, SrcPort};
    const KEPT: [Field; 7] = [InIface, OutIface, Src, Dst, Proto, SrcPort, DstPort];
    let others: Vec<Field> = cube.dims().iter().map(|d| d.0).filter(|f| !KEPT.contains(f)).collect();
    others.iter().fold(cube.clone(), |c, field| c.without(*field))
}

/// The rules of two lists that are not in both, or not in the same order.
fn apart<'r>(old: &'r [Rule], new: &'r [Rule]) -> Vec<&'r Rule> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut keys = |rules: &[Rule]| -> Vec<usize> {
        let each = rules.iter().map(|rule| {
            let next = numbers.len();
            *numbers.entry(key(rule)).or_insert(next)
        });
        each.collect()
    };
    let (left, right) = (keys(old), keys(new));
    let mut all = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &left, &right) {
        if op.tag() != similar::DiffTag::Equal {
            all.extend(old.get(op.old_range()).into_iter().flatten());
            all.extend(new.get(op.new_range()).into_iter().flatten());
        }
    }
    all
}

/// All that a rule does, wherever it is written.
fn key(rule: &Rule) -> String {
    let mut text = format!("{:?} {:?} {:?}", rule.matches.packets, rule.matches.marks, rule.action);
    for condition in &rule.matches.opaque {
        // Writing to a string cannot fail.
        let _ = write!(text, " {}", condition.text);
    }
    text
}

/// The conversations that can be, as far as the rule base tells: packets come in by any interface, and leave by one that
/// the routes of the text lead to. What leaves by the interface of its entry is left out where the firewall does not
/// decide about it.
fn possible(base: &RuleBase, packets: PacketSet) -> PacketSet {
    let (policy, topology) = (&base.policy, &base.topology);
    let family = policy.family;
    let named = policy.interfaces.classes().map(|c| c.0).chain([Interfaces::OTHER]);
    let all: Vec<u32> = named.collect();
    let ids = |ids: &[u32]| IntervalSet::from_ranges(ids.iter().map(|id| ((*id).into(), (*id).into())));
    let entries = if policy.hook == Hook::Output { IntervalSet::single(Interfaces::NONE.into()) } else { ids(&all) };
    let packets = packets.with(Field::InIface, &entries).with(Field::OutIface, &ids(&all));
    let mut reached = PacketSet::empty(family);
    if topology.exits.iter().any(|door| door.addresses.is_some()) {
        for door in &topology.exits {
            let by = packets.clone().with(Field::OutIface, &IntervalSet::single(door.iface.into()));
            reached.add_all(&door.addresses.as_ref().map_or_else(|| by.clone(), |a| by.clone().with(Field::Dst, a)));
        }
    } else {
        reached = packets;
    }
    if topology.hairpin {
        return reached;
    }
    let same =
        |id: &u32| PacketSet::full(family).with(Field::InIface, &ids(&[*id])).with(Field::OutIface, &ids(&[*id]));
    all.iter().fold(reached, |rest, id| rest.subtract(&same(id)))
}
