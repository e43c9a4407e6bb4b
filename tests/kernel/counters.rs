//! The kernel counts how many packets each rule matched; fwproof says which rules each packet meets.
//!
//! While conversations are opened (UDP to its end, TCP until the connection stands), every packet is known beforehand,
//! so the counters must be equal. Of what follows on a TCP connection the packets are known and their number is not:
//! every rule that they surely meet must have counted, and no rule that they cannot meet.

use super::lab::Backend;
use fwproof::policy::{
    ACK, Action, ChainEnd, ChainId, Conversation, Denial, Leg, PacketOfConversation, Policy, RuleRef, SYN, Stage, TCP,
    TracedPacket, Translation, lone_packet_state,
};
use std::collections::{BTreeMap, BTreeSet};

/// Packets at each rule, and at the end of each built-in chain.
pub type Counts = BTreeMap<RuleRef, u64>;

/// Reads what `iptables-save -c` prints, rule by rule in the order of the policy's chains.
pub fn read(policy: &Policy, saved: &str, backend: Backend) -> Result<Counts, String> {
    let mut counts = Counts::new();
    let (mut table, mut next) = ("", BTreeMap::<ChainId, usize>::new());
    let chain = |table: &str, name: &str| {
        let known = policy.chains.iter().position(|c| c.name == format!("{table} {name}"));
        known.map(ChainId)
    };
    let packets = |counter: &str| counter.trim_start_matches('[').split(':').next().and_then(|n| n.parse().ok());
    for line in saved.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match *words {
            [head] if head.starts_with('*') => table = &head[1..],
            // The nft back end does not count what reaches the policy.
            [name, policy, counter] if name.starts_with(':') && policy != "-" && backend == Backend::Legacy => {
                let Some(chain) = chain(table, &name[1..]) else { continue };
                counts.insert(RuleRef::end_of(chain), packets(counter).ok_or(line)?);
            }
            [counter, "-A", name, ..] => {
                let chain = chain(table, name).ok_or_else(|| format!("{table} {name} is not in the policy"))?;
                let rule = next.entry(chain).or_default();
                counts.insert(RuleRef { chain, rule: *rule }, packets(counter).ok_or(line)?);
                *rule += 1;
            }
            _ => {}
        }
    }
    for (id, chain) in policy.chains.iter().enumerate() {
        let loaded = next.get(&ChainId(id)).copied().unwrap_or(0);
        if loaded != chain.rules.len() {
            return Err(format!("{} has {loaded} rules in the kernel, {} are read", chain.name, chain.rules.len()));
        }
    }
    Ok(counts)
}

/// How much each counter rose.
pub fn rise(before: &Counts, after: &Counts) -> Counts {
    after.iter().map(|(at, n)| (*at, n - before.get(at).copied().unwrap_or(0))).collect()
}

fn packet(leg: Leg, proto: u8, flags: u8) -> PacketOfConversation {
    PacketOfConversation { leg, flags, lone: lone_packet_state(proto, flags, 0) }
}

/// The packets by which a conversation is opened: all of UDP, the handshake of TCP.
fn opening_packets(proto: u8) -> Vec<PacketOfConversation> {
    use Leg::{Answer, Later, Opening};
    match proto {
        TCP => vec![packet(Opening, TCP, SYN), packet(Answer, TCP, SYN | ACK), packet(Later, TCP, ACK)],
        _ => [Opening, Answer, Later, Answer, Later, Answer].map(|leg| packet(leg, proto, 0)).to_vec(),
    }
}

/// What the opening of conversations must add to the counters.
#[derive(Default)]
pub struct Opened {
    least: Counts,
    /// Chains that also see what the firewall sends by itself: resets and errors for what it rejected.
    also_own: BTreeSet<ChainId>,
    /// Does some packet go where fwproof does not follow it, once its conversation has failed?
    astray: bool,
    /// Does the text leave something open?
    unsure: bool,
    /// Does the text leave open what a translation makes of an address or a port?
    vague: bool,
}

impl Opened {
    pub fn add(&mut self, policy: &Policy, conversation: &Conversation) {
        let traced = policy.trace_packets(conversation, &opening_packets(conversation.proto));
        for met in traced.iter().flat_map(|t| &t.met) {
            *self.least.entry(met.at).or_default() += 1;
            self.unsure |= met.perhaps;
            self.vague |= is_vague(policy, met.at);
        }
        // What is sent astray in midstream is answered with a reset by whoever gets it.
        let translated = |t: &TracedPacket| t.met.iter().any(|m| is_translation(policy, m.at));
        self.astray |= traced.iter().skip(1).any(translated);
        match traced.last().filter(|t| !t.passed).map(|t| denial(policy, t)) {
            Some(Some((Denial::Silent, _))) | None => {}
            Some(Some((_, chain))) => {
                let own = reached(policy, &policy.output);
                // An error about what the firewall sent itself comes back to it.
                self.astray |= own.contains(&chain) && !reached(policy, &policy.forward).contains(&chain);
                self.also_own.extend(own);
            }
            Some(None) => self.astray = true,
        }
    }

    /// Can nothing be said of the counters?
    pub fn is_open(&self) -> bool {
        self.unsure
    }

    /// Where the counters differ, and how many had to be equal.
    pub fn compare(&self, policy: &Policy, rise: &Counts) -> (Vec<RuleRef>, u64) {
        let (mut wrong, mut exact) = (Vec::new(), 0);
        for (at, seen) in rise {
            let least = self.least(*at);
            let equal = !self.astray && !self.also_own.contains(&at.chain) && self.is_predictable(policy, *at);
            exact += u64::from(equal);
            if *seen < least || equal && *seen != least {
                wrong.push(*at);
            }
        }
        (wrong, exact)
    }

    /// A trace does not show rules that perhaps match and then go on.
    fn is_predictable(&self, policy: &Policy, at: RuleRef) -> bool {
        let goes_on = policy.rule(at).is_some_and(|rule| rule.action == Action::Continue);
        is_predictable(policy, at) && !(self.vague && goes_on)
    }

    pub fn least(&self, at: RuleRef) -> u64 {
        self.least.get(&at).copied().unwrap_or(0)
    }
}

/// Rules that TCP connections meet which stand.
#[derive(Default)]
pub struct Exchanged {
    must: BTreeSet<RuleRef>,
    may: BTreeSet<RuleRef>,
    /// Does some conversation fail, or is something open? Repeated packets may meet other rules than the first ones.
    fails: bool,
}

impl Exchanged {
    pub fn add(&mut self, policy: &Policy, conversation: &Conversation) {
        let handshake = opening_packets(TCP);
        let talk = [Leg::Later, Leg::Answer].map(|leg| packet(leg, TCP, ACK));
        let packets: Vec<_> = handshake.iter().copied().chain(talk.into_iter().cycle().take(6)).collect();
        let traced = policy.trace_packets(conversation, &packets);
        let open = |t: &TracedPacket| t.met.iter().any(|m| m.perhaps || is_vague(policy, m.at));
        self.fails |= traced.iter().any(|t| !t.passed || open(t));
        let later = || traced.iter().skip(handshake.len());
        self.must.extend(later().take(2).flat_map(|t| &t.met).map(|m| m.at));
        self.may.extend(later().flat_map(|t| &t.met).map(|m| m.at));
    }

    /// Rules that should have counted and did not, or the other way round.
    pub fn compare(&self, policy: &Policy, rise: &Counts) -> Vec<RuleRef> {
        let missed = self.must.iter().filter(|at| rise.get(at) == Some(&0));
        let extra = rise.iter().filter(|(at, n)| **n > 0 && !self.may.contains(at) && is_predictable(policy, **at));
        missed.copied().chain(extra.map(|(at, _)| *at).filter(|_| !self.fails)).collect()
    }
}

/// Not where a condition is open. And of packets without a connection the kernel counts what would change its mark,
/// finding no mark to change; for fwproof such a rule does not match them.
fn is_predictable(policy: &Policy, at: RuleRef) -> bool {
    policy.rule(at).is_none_or(|rule| {
        rule.matches.opaque.is_empty() && !matches!(rule.action, Action::Mark(change) if change.asks_connection())
    })
}

fn is_translation(policy: &Policy, at: RuleRef) -> bool {
    matches!(policy.rule(at).map(|r| &r.action), Some(Action::Translate(_)))
}

/// Does a rule leave open an address or a port of later packets, or the interface by which they leave?
fn is_vague(policy: &Policy, at: RuleRef) -> bool {
    use Translation::{None, Source};
    match policy.rule(at).map(|r| &r.action) {
        Some(Action::Translate(None)) => false,
        Some(Action::Translate(Source { addresses, ports })) => addresses.is_none() || ports.is_some(),
        Some(Action::Translate(_)) => true,
        _ => false,
    }
}

/// How and in which chain a packet was denied; `None` when it was not a rule's or a policy's denial.
fn denial(policy: &Policy, packet: &TracedPacket) -> Option<(Denial, ChainId)> {
    let at = packet.met.last()?.at;
    match policy.rule(at).map(|r| &r.action) {
        Some(Action::Deny(denial)) => Some((*denial, at.chain)),
        Some(_) => None,
        None => match policy.chain(at.chain)?.end {
            ChainEnd::Deny(denial) => Some((denial, at.chain)),
            _ => None,
        },
    }
}

/// The chains that packets on a way can meet.
fn reached(policy: &Policy, way: &[Stage]) -> BTreeSet<ChainId> {
    let base = |stage: &Stage| match stage {
        Stage::Filter { chain, .. } => Some(*chain),
        Stage::Translate { chain, .. } => *chain,
        _ => None,
    };
    let mut todo: Vec<ChainId> = way.iter().filter_map(base).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if reached.insert(id) {
            todo.extend(policy.chain(id).into_iter().flat_map(|c| &c.rules).filter_map(|r| match r.action {
                Action::Jump(to) | Action::Goto(to) => Some(to),
                _ => None,
            }));
        }
    }
    reached
}
