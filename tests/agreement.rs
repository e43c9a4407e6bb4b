//! The set walk and the plain interpreter are two programs for one truth: they must agree on every conversation.

use crate::random_policy::{self, Dice, FAMILY, random_conversation, random_flow, random_policy};
use fwproof::policy::{Action, ChainEnd, Conversation, Leg, Outcome, Policy};
use fwproof::space::{Field, IntervalSet, Packet, PacketSet};
use fwproof::verify::{Block, Prover, Verdict, judge};
use std::collections::BTreeMap;

/// How many random policies a run tries; `FWPROOF_POLICIES=N` asks for another number.
fn rounds() -> u64 {
    std::env::var("FWPROOF_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
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

fn outcome_of(block: &Block) -> Outcome {
    match block.verdict {
        Verdict::Permitted => Outcome::Permitted,
        Verdict::Denied => Outcome::Denied(block.leg),
        Verdict::Intercepted => Outcome::Intercepted,
        _ => Outcome::Undecided,
    }
}

/// What the interpreter says of a conversation by all pairs of interfaces that the flow leaves open.
fn outcomes_on_all_pairs(policy: &Policy, flow: &PacketSet, c: &Conversation) -> Vec<Outcome> {
    let mut seen = Vec::new();
    for (in_iface, out_iface) in [(2, 3), (2, 4), (4, 3)] {
        let c = Conversation { in_iface, out_iface, ..c.clone() };
        if flow.contains(&packet_of(&c)) {
            seen.push(policy.decide(&c).outcome());
        }
    }
    seen
}

fn alike(a: Outcome, b: Outcome) -> bool {
    let leg = |o| if let Outcome::Denied(leg) = o { Some(leg == Leg::Opening) } else { None };
    std::mem::discriminant(&a) == std::mem::discriminant(&b) && leg(a) == leg(b)
}

fn kind(o: Outcome) -> &'static str {
    match o {
        Outcome::Permitted => "permitted",
        Outcome::Denied(_) => "denied",
        Outcome::Intercepted => "intercepted",
        Outcome::Undecided => "undecided",
    }
}

/// Blocks are disjoint and cover the flow.
fn assert_partition(seed: u64, flow: &PacketSet, blocks: &[Block]) {
    let mut covered = PacketSet::empty(FAMILY);
    for block in blocks {
        let within = block.packets.intersect(flow);
        assert!(!within.is_empty(), "seed {seed}: an empty block");
        assert!(!covered.overlaps(&within), "seed {seed}: blocks overlap");
        covered.add_all(&within);
    }
    assert!(flow.is_subset(&covered), "seed {seed}: blocks leave a part of the flow out");
}

#[test]
#[expect(clippy::disallowed_macros, reason = "the shares are for whoever asks with --nocapture")]
fn the_set_walk_and_the_interpreter_agree_on_random_policies() {
    let mut shares: BTreeMap<&str, u64> = BTreeMap::new();
    let first: u64 = std::env::var("FWPROOF_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for seed in first..first + rounds() {
        let mut dice = Dice(seed);
        let policy = random_policy(&mut dice);
        let flow = random_flow(&mut dice);
        let judgement = judge(&policy, &flow);
        assert!(judgement.disagreements.is_empty(), "seed {seed}: {:?}", judgement.disagreements);
        assert_partition(seed, &flow, &judgement.blocks);
        // The prover that leaves out rules which cannot match these servers must come to the same verdicts.
        let prepared = Prover::new(&policy, &flow.values(Field::Dst)).judge(&flow);
        assert!(prepared.disagreements.is_empty(), "seed {seed}, prepared: {:?}", prepared.disagreements);
        assert_partition(seed, &flow, &prepared.blocks);
        for _ in 0..40 {
            let conversation = random_conversation(&mut dice, &flow);
            let packet = packet_of(&conversation);
            let block_of = |blocks: &[Block]| blocks.iter().find(|b| b.packets.contains(&packet)).unwrap().clone();
            let block = block_of(&judgement.blocks);
            let seen = outcomes_on_all_pairs(&policy, &flow, &conversation);
            let same = seen.iter().all(|o| alike(*o, seen[0]) || kind(*o) == kind(seen[0]));
            let here = policy.decide(&conversation).outcome();
            let expected = if same { here } else { Outcome::Undecided };
            assert!(
                alike(outcome_of(&block), expected),
                "seed {seed}: {conversation:?}\nwalk {:?}, interpreter {expected:?} of {seen:?}\n{:?}\n{:?}\n{policy:#?}",
                outcome_of(&block),
                policy.decide(&conversation).courses,
                (block.rule, &block.because, block.leg)
            );
            let ready = outcome_of(&block_of(&prepared.blocks));
            assert!(
                alike(ready, expected),
                "seed {seed}: {conversation:?}\nprepared walk {ready:?}, interpreter {expected:?}\n{policy:#?}"
            );
            *shares.entry(kind(expected)).or_default() += 1;
        }
    }
    let all: u64 = shares.values().sum();
    println!("shares of {all} conversations: {shares:?}");
    for verdict in ["permitted", "denied", "intercepted", "undecided"] {
        let share = shares.get(verdict).copied().unwrap_or(0);
        assert!(share * 10 >= all, "{verdict} is only {share} of {all}");
    }
}

fn are_equal(one: &PacketSet, other: &PacketSet) -> bool {
    one.is_subset(other) && other.is_subset(one)
}

/// The same verdicts for the same conversations.
fn assert_same_verdicts(seed: u64, alone: &[Block], together: &[Block]) {
    let with = |blocks: &[Block], outcome: Outcome| {
        let mut all = PacketSet::empty(FAMILY);
        blocks.iter().filter(|block| alike(outcome_of(block), outcome)).for_each(|block| all.add_all(&block.packets));
        all
    };
    for outcome in alone.iter().chain(together).map(outcome_of) {
        assert!(are_equal(&with(alone, outcome), &with(together, outcome)), "seed {seed}: {outcome:?}");
    }
}

/// The same verdicts for the same reasons.
fn assert_same_blocks(seed: u64, alone: &[Block], together: &[Block]) {
    let told = |b: &Block| (b.verdict, b.leg, b.rule, b.path.clone(), b.interfaces_matter);
    assert_eq!(alone.len(), together.len(), "seed {seed}");
    for one in alone {
        let same = |other: &&Block| told(other) == told(one) && are_equal(&one.packets, &other.packets);
        assert!(together.iter().any(|other| same(&other)), "seed {seed}: {:?}", told(one));
    }
}

/// Can every rule's match and action be decided from the text?
fn is_certain(policy: &Policy) -> bool {
    let mut rules = policy.chains.iter().flat_map(|chain| chain.rules.iter());
    let ends = policy.chains.iter().all(|chain| !matches!(chain.end, ChainEnd::Unknown(_)));
    ends && rules.all(|rule| rule.matches.opaque.is_empty() && !matches!(rule.action, Action::Unknown(_)))
}

#[test]
fn flows_that_are_judged_together_fare_as_alone() {
    let mut certain = 0;
    for seed in 1..=rounds() {
        let mut dice = Dice(seed);
        let policy = random_policy(&mut dice);
        let flow = random_flow(&mut dice);
        let (first, last) = (flow.values(Field::Dst).lowest().unwrap(), random_policy::DST + 3);
        let to = |low, high| flow.clone().with(Field::Dst, &IntervalSet::range(low, high));
        let mut flows: Vec<PacketSet> = (first..=last).map(|server| to(server, server)).collect();
        flows.extend([to(first, first + 1), flow.clone()]);
        flows.retain(|flow| !flow.is_empty());
        let prover = Prover::new(&policy, &flow.values(Field::Dst));
        for (flow, together) in flows.iter().zip(prover.judge_each(&flows)) {
            let alone = prover.judge(flow);
            assert!(together.disagreements.is_empty(), "seed {seed}");
            assert_partition(seed, flow, &together.blocks);
            assert_same_verdicts(seed, &alone.blocks, &together.blocks);
            // Where a rule leaves a doubt and two others deny, which of them is blamed depends on the order of the walk.
            if is_certain(&policy) {
                assert_same_blocks(seed, &alone.blocks, &together.blocks);
                certain += 1;
            }
        }
    }
    assert!(certain > rounds() / 10, "only {certain} flows were compared by their reasons");
}
