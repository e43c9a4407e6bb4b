//! From parts with interfaces to blocks: where the verdict differs between pairs of interfaces that the text leaves
//! open, it is undecided.

use super::piece::{CONVERSATION_FIELDS, Decided};
use super::relevance::Replay;
use super::{Block, Judgement, Share, Verdict, verdict_of};
use crate::policy::{Condition, Conversation, Denial, Hook, Leg, Outcome, Policy, RuleRef};
use crate::space::{Field, PacketSet};

/// Conversations for which one verdict holds for one reason.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub verdict: Verdict,
    pub packets: PacketSet,
    pub leg: Leg,
    pub rule: Option<RuleRef>,
    pub path: Vec<RuleRef>,
    pub because: Vec<Condition>,
    pub denial: Option<Denial>,
    /// Was a bound hit, so that nothing is known?
    pub given_up: bool,
}

impl Part {
    pub fn new(verdict: Verdict, packets: PacketSet, leg: Leg, by: &Decided) -> Part {
        let rule = (!by.is_nowhere()).then_some(by.rule);
        Part { verdict, packets, leg, rule, path: by.path.clone(), because: Vec::new(), denial: None, given_up: false }
    }

    pub fn too_complex(packets: PacketSet) -> Part {
        Part { given_up: true, ..Part::new(Verdict::Undecided, packets, Leg::Opening, &Decided::nowhere()) }
    }

    pub fn share(self, policy: &Policy) -> Share {
        Share {
            verdict: self.verdict,
            packets: self.packets,
            leg: self.leg,
            at: self.rule.and_then(|rule| policy.span(rule)),
            path: self.path.iter().filter_map(|rule| policy.span(*rule)).collect(),
            because: self.because,
            given_up: self.given_up,
        }
    }
}

const IFACES: [Field; 2] = [Field::InIface, Field::OutIface];

/// The judgement on a flow from its parts.
///
/// Witnesses are replayed through `replay`.
pub(super) fn judged(policy: &Policy, replay: Replay<'_>, flow: &PacketSet, parts: Vec<Part>) -> Judgement {
    let differing = differing(flow, &parts);
    let mut blocks: Vec<Block> = Vec::new();
    let mut disagreements = Vec::new();
    for part in &parts {
        let agreed = if differing.is_empty() { part.packets.clone() } else { part.packets.subtract(&differing) };
        if let Some(block) = block(policy, flow, part, agreed, parts.len() == 1) {
            blocks.push(replayed(replay, block, &mut disagreements));
        }
    }
    if !differing.is_empty() {
        blocks.extend(differing_blocks(policy, flow, &differing, &parts));
    }
    let verdict = verdict_of(blocks.iter().map(|b| b.verdict));
    Judgement { family: policy.family, verdict, blocks, disagreements }
}

/// Conversations with unlike verdicts on different pairs of interfaces, on all pairs.
fn differing(flow: &PacketSet, parts: &[Part]) -> PacketSet {
    let mut differing = PacketSet::empty(flow.family());
    let alike = parts.iter().skip(1).zip(parts).all(|(one, before)| one.verdict == before.verdict);
    if alike {
        return differing;
    }
    let pairs = flow.forget(&IFACES);
    if flow.cubes().iter().all(|c| IFACES.iter().all(|f| c.get(*f).is_some_and(|s| s.only().is_some())))
        && flow.cubes().len() == pairs.cubes().len()
    {
        return differing;
    }
    const ALL: [Verdict; 4] = [Verdict::Permitted, Verdict::Denied, Verdict::Intercepted, Verdict::Undecided];
    let of = |verdict| {
        let mut set = PacketSet::empty(flow.family());
        parts.iter().filter(|p| p.verdict == verdict).for_each(|p| set.add_all(&p.packets.forget(&IFACES)));
        set
    };
    let sets = ALL.map(of);
    for (at, one) in sets.iter().enumerate() {
        for other in sets.iter().skip(at + 1) {
            differing.add_all(&one.intersect(other));
        }
    }
    differing
}

/// The block of a part; `is_whole` where there is no other.
fn block(policy: &Policy, flow: &PacketSet, part: &Part, packets: PacketSet, is_whole: bool) -> Option<Block> {
    let witness = Conversation::from_packet(policy.family, &packets.witness()?);
    // Interfaces matter when the same conversations by other interfaces are in another block.
    let anywhere = packets.forget(&IFACES);
    let interfaces_matter = !is_whole && !flow.intersect(&anywhere).is_subset(&packets);
    let judged = packets.clone();
    let packets = if interfaces_matter { packets } else { anywhere };
    Some(Block {
        judged,
        verdict: part.verdict,
        packets: packets.coalesced(&CONVERSATION_FIELDS),
        leg: part.leg,
        rule: part.rule,
        at: part.rule.and_then(|r| policy.span(r)),
        path: part.path.iter().filter_map(|r| policy.span(*r)).collect(),
        because: part.because.clone(),
        witness,
        denial: part.denial,
        interfaces_matter,
        ways_differ: false,
        waived: None,
    })
}

/// Asks the interpreter about the witness; a block about which the two disagree is undecided.
pub(super) fn replayed(replay: Replay<'_>, mut block: Block, disagreements: &mut Vec<Conversation>) -> Block {
    if block.verdict == Verdict::Undecided {
        return block;
    }
    let agrees = match (block.verdict, replay.outcome(&block.witness)) {
        (Verdict::Permitted, Outcome::Permitted) | (Verdict::Intercepted, Outcome::Intercepted) => true,
        (Verdict::Denied, Outcome::Denied(leg)) => (leg == Leg::Opening) == (block.leg == Leg::Opening),
        _ => false,
    };
    if !agrees {
        disagreements.push(block.witness.clone());
        block.verdict = Verdict::Undecided;
    }
    block
}

/// The undecided rest: one block for each denied or other part that takes a share of it, with the pairs named.
fn differing_blocks(policy: &Policy, flow: &PacketSet, differing: &PacketSet, parts: &[Part]) -> Vec<Block> {
    let mut order: Vec<&Part> = parts.iter().collect();
    order.sort_by_key(|p| match p.verdict {
        Verdict::Denied => 0,
        Verdict::Intercepted => 1,
        Verdict::Undecided => 2,
        _ => 3,
    });
    let mut rest = differing.clone();
    let mut blocks = Vec::new();
    for part in order {
        let share = part.packets.intersect(&rest);
        let Some(packet) = share.witness() else { continue };
        let anywhere = share.forget(&IFACES).intersect(&rest);
        rest = rest.subtract(&anywhere);
        let on_pairs = |p: &&Part| p.packets.overlaps(&anywhere);
        let mut because = vec![];
        let at = part.rule.and_then(|r| policy.span(r));
        if let Some(span) = at {
            because.push(Condition { text: pairs_in_words(policy, parts.iter().filter(on_pairs), &anywhere), span });
        }
        for condition in parts.iter().filter(on_pairs).flat_map(|p| &p.because) {
            if !because.contains(condition) {
                because.push(condition.clone());
            }
        }
        blocks.push(Block {
            verdict: Verdict::Undecided,
            judged: flow.intersect(&anywhere),
            packets: anywhere.coalesced(&CONVERSATION_FIELDS),
            leg: part.leg,
            rule: part.rule,
            at,
            path: part.path.iter().filter_map(|r| policy.span(*r)).collect(),
            because,
            witness: Conversation::from_packet(policy.family, &packet),
            denial: None,
            interfaces_matter: false,
            ways_differ: at.is_some(),
            waived: None,
        });
    }
    blocks
}

/// The most pairs of interfaces that a sentence names for one verdict.
const MAX_PAIRS: usize = 3;

/// `denied for lan > dmz, permitted for lan > wan: --in-interface and --out-interface choose`.
fn pairs_in_words<'p>(policy: &Policy, parts: impl Iterator<Item = &'p Part>, share: &PacketSet) -> String {
    let mut said: Vec<(Verdict, Vec<String>)> = Vec::new();
    for part in parts {
        let mine = part.packets.intersect(share);
        let names = pairs(policy, &mine);
        match said.iter_mut().find(|s| s.0 == part.verdict) {
            Some(slot) => names.into_iter().for_each(|n| {
                if !slot.1.contains(&n) {
                    slot.1.push(n);
                }
            }),
            None => said.push((part.verdict, names)),
        }
    }
    let phrase = |(verdict, names): &(Verdict, Vec<String>)| {
        let shown = names.iter().take(MAX_PAIRS).cloned().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(MAX_PAIRS);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} for {shown}{rest}", verdict.name())
    };
    let all = said.iter().map(phrase).collect::<Vec<_>>().join("; ");
    match policy.hook {
        Hook::Forward => format!("{all} (choose with --in-interface and --out-interface)"),
        Hook::Output => format!("{all} (choose with --out-interface)"),
    }
}

fn pairs(policy: &Policy, packets: &PacketSet) -> Vec<String> {
    let mut names = Vec::new();
    for cube in packets.cubes() {
        let ids = |field| -> Vec<u32> {
            let set = cube.values(policy.family, field);
            let small = set.intervals().into_iter().flat_map(|i| i.low..=i.high.min(i.low + 63));
            small.map(|id| id as u32).collect()
        };
        for entry in ids(Field::InIface) {
            for exit in ids(Field::OutIface) {
                let (from, to) = (policy.interfaces.name(entry), policy.interfaces.name(exit));
                let name = if from.is_empty() { to.to_owned() } else { format!("{from} > {to}") };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}
