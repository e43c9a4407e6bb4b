//! Which rules can matter for flows to given servers: the others are set aside before anything is walked.

use super::walk::RelevantRules;
use crate::policy::{
    Action, Chain, ChainId, Conversation, Match, Outcome, PacketOfConversation, Policy, Rule, Translation,
};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use foldhash::HashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The servers and every address that a translation of the policy can make of them; `None` when that is not known.
pub(super) fn with_translated(policy: &Policy, servers: &IntervalSet) -> Option<IntervalSet> {
    let mut all = servers.clone();
    for rule in policy.chains.iter().flat_map(|c| &c.rules) {
        match &rule.action {
            Action::Translate(Translation::Destination { addresses: Some(to), .. }) => all = all.union(to),
            Action::Translate(Translation::Redirect { .. } | Translation::Network { .. }) => return None,
            _ => {}
        }
    }
    Some(all)
}

pub(super) fn relevant_rules(policy: &Policy, field: Field, servers: &IntervalSet) -> RelevantRules {
    let meets =
        |matches: &Match| matches.packets.cubes().iter().any(|c| c.get(field).is_none_or(|set| set.overlaps(servers)));
    let of_chain = |chain: &Chain| {
        let near = match field {
            Field::Dst => chain.rules.about(servers, policy.family),
            _ => (0..chain.rules.len()).collect(),
        };
        let wanted = |rule: &Rule| rule.action != Action::Continue && meets(&rule.matches);
        near.into_iter().filter(|at| chain.rules.get(*at).is_some_and(wanted)).collect()
    };
    policy.chains.iter().enumerate().map(|(id, chain)| (ChainId(id), of_chain(chain))).collect()
}

/// Does a rule change destinations, so that later rules see others than those asked for?
pub(super) fn changes_destinations(policy: &Policy) -> bool {
    let changes =
        |rule: &Rule| matches!(&rule.action, Action::Translate(t) if !matches!(t, Translation::Source { .. }));
    policy.chains.iter().flat_map(|chain| &chain.rules).any(changes)
}

/// The rules that packets of some conversations in one direction can meet: of each chain the numbers, worked out when
/// the first of the packets comes to it.
pub(super) struct Scope<'a> {
    among: Option<&'a RelevantRules>,
    /// What the packets have in fields that no rule on their way changes.
    fields: Vec<(Field, IntervalSet)>,
    known: RefCell<HashMap<ChainId, Rc<[usize]>>>,
}

impl<'a> Scope<'a> {
    /// All rules, or those among them.
    pub fn all(among: Option<&'a RelevantRules>) -> Scope<'a> {
        Scope { among, fields: Vec::new(), known: RefCell::default() }
    }

    /// For requests of the conversations or, backwards, their answers; where no rule changes destinations.
    pub fn of(among: Option<&'a RelevantRules>, conversations: &PacketSet, backwards: bool) -> Scope<'a> {
        let (address, port) = if backwards { (Field::Src, Field::SrcPort) } else { (Field::Dst, Field::DstPort) };
        let seen = [(Field::Proto, Field::Proto), (address, Field::Dst), (port, Field::DstPort)];
        let fields = seen.map(|(field, of_request)| (field, conversations.values(of_request)));
        Scope { fields: fields.to_vec(), ..Scope::all(among) }
    }

    /// The numbers of the rules of a chain.
    pub fn rules(&self, id: ChainId, chain: &Chain) -> Rc<[usize]> {
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry(id).or_insert_with(|| self.find(id, chain)))
    }

    fn find(&self, id: ChainId, chain: &Chain) -> Rc<[usize]> {
        let meets = |cube: &Cube| {
            let mut asked = self.fields.iter().filter_map(|(field, set)| Some((cube.get(*field)?, set)));
            asked.all(|(mine, set)| mine.overlaps(set))
        };
        let can_meet = |at: &usize| {
            let rule = chain.rules.get(*at);
            rule.is_some_and(|r| r.action != Action::Continue && r.matches.packets.cubes().iter().any(meets))
        };
        match self.among.and_then(|all| all.get(&id)) {
            Some(some) => some.iter().copied().filter(can_meet).collect(),
            None => (0..chain.rules.len()).filter(can_meet).collect(),
        }
    }
}

/// Up to this many rules, witnesses are replayed through the policy as it is.
pub(super) const REPLAYED_WHOLE: usize = 5_000;

/// The policy with only the rules that can match requests or answers, by their numbers in each chain, in order.
pub(super) fn essence(policy: &Policy, kept: impl Fn(ChainId, &Chain) -> (Rc<[usize]>, Rc<[usize]>)) -> Policy {
    let slim = |(id, chain): (usize, &Chain)| {
        let (requests, answers) = kept(ChainId(id), chain);
        let mut numbers: Vec<usize> = requests.iter().chain(&*answers).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let rules = numbers.into_iter().filter_map(|at| chain.rules.get(at)).cloned();
        Chain { rules: rules.collect(), name: chain.name.clone(), end: chain.end.clone(), span: chain.span }
    };
    Policy {
        family: policy.family,
        interfaces: policy.interfaces.clone(),
        chains: policy.chains.iter().enumerate().map(slim).collect(),
        forward: policy.forward.clone(),
        input: policy.input.clone(),
        output: policy.output.clone(),
        hook: policy.hook,
        answers: policy.answers,
    }
}

/// The policy through which witnesses are replayed: it has every rule that can match them.
#[derive(Clone, Copy)]
pub(super) struct Replay<'p> {
    pub policy: &'p Policy,
    /// [`Policy::leaves_traces`], asked once of all rules and needed for each flow and each witness.
    pub leaves_traces: bool,
}

impl<'p> Replay<'p> {
    /// Through a policy as it is.
    pub fn of(policy: &'p Policy) -> Replay<'p> {
        Replay { policy, leaves_traces: policy.leaves_traces() }
    }

    /// The packets by which a conversation is judged.
    pub fn packets(self, proto: u8, flags: u8, icmp_type: u8) -> Vec<PacketOfConversation> {
        self.policy.packets_by(proto, flags, icmp_type, || self.leaves_traces)
    }

    /// What the plain interpreter says of a conversation.
    pub fn outcome(self, witness: &Conversation) -> Outcome {
        let packets = self.packets(witness.proto, witness.flags, (witness.icmp >> 8) as u8);
        self.policy.decide_by(witness, &packets).outcome()
    }
}
