//! One packet's way through the stages and chains of a policy, rule by rule, as the kernel walks it.

use super::choices::Choices;
use super::{Connection, Met, OpeningFate, Walked, opening_fate};
use crate::policy::{
    Action, ChainEnd, ChainId, Conversation, CtState, Denial, Hook, IfaceId, Leg, MarkBits, PacketOfConversation,
    Policy, Progress, Rewrite, RuleRef, Sees, Stage, TCP, TestResult, Translation,
};
use crate::space::IntervalSet;

/// The most rules that one packet is held against, on all its ways together; above, its end is unknown.
const MAX_ASKED: usize = 20_000_000;

/// What a chain did with the packet.
#[expect(clippy::large_enum_variant, reason = "returned and taken apart at once, never kept")]
enum ChainResult {
    Accepted(RuleRef),
    Ended(Walked),
    FellThrough,
}

pub(super) struct Walk<'a> {
    pub(super) policy: &'a Policy,
    pub(super) conversation: &'a Conversation,
    pub(super) packet: PacketOfConversation,
    pub(super) connection: Connection,
    pub(super) choices: &'a mut Choices,
    pub(super) mark: MarkBits,
    pub(super) state: CtState,
    pub(super) untracked_by: Option<RuleRef>,
    pub(super) tracked: bool,
    /// Was tracking told how to treat the packet, and has not seen it yet?
    pub(super) templated: bool,
    /// Did this packet open its connection? Only then do nat chains see it.
    pub(super) created: bool,
    pub(super) destination_applied: bool,
    /// Has the packet passed the stage where sources are translated?
    pub(super) source_applied: bool,
    pub(super) filter_seen: Option<RuleRef>,
    /// The interface was chosen before any translation, and is not chosen again yet.
    pub(super) way_out_settled: bool,
    /// The packet is on its way over loopback, this interface.
    pub(super) loopback: Option<IfaceId>,
    /// Could an unknown action change more than marks and outcome here: addresses, or whether tracking sees the packet?
    pub(super) may_change_more: bool,
    pub(super) met: Vec<Met>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        conversation: &'a Conversation,
        packet: PacketOfConversation,
        start: &Connection,
        choices: &'a mut Choices,
    ) -> Walk<'a> {
        Walk {
            policy,
            conversation,
            packet,
            connection: start.clone(),
            choices,
            mark: MarkBits::default(),
            state: CtState::Invalid,
            untracked_by: None,
            tracked: false,
            templated: false,
            created: false,
            destination_applied: false,
            source_applied: false,
            filter_seen: None,
            way_out_settled: policy.hook == Hook::Output && !packet.is_answer(),
            loopback: None,
            may_change_more: false,
            met: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) -> Walked {
        let policy = self.policy;
        if policy.hook == Hook::Output && self.connection.local && self.packet.leg != Leg::Opening {
            // The machine speaks to itself: it is intercepted, and whether its answers come back is not asked.
            return Walked::Passed(self.connection.clone());
        }
        let mut stages = policy.way(self.packet.is_answer(), self.connection.local);
        while let Some((stage, rest)) = stages.split_first() {
            stages = rest;
            self.may_change_more = matches!(stage, Stage::Translate { .. }) || rest.contains(&Stage::Track);
            match *stage {
                Stage::Filter { chain, sees, permit } => {
                    if let Some(walked) = self.filter(chain, sees, permit) {
                        return walked;
                    }
                }
                Stage::Track => self.track(),
                Stage::Translate { chain, sees, destination } => {
                    if let Some(walked) = self.translate(chain, sees, destination) {
                        return walked;
                    }
                }
                Stage::Route => {
                    if policy.hook == Hook::Output || self.connection.local && !self.packet.is_answer() {
                        stages = policy.input.as_slice();
                    }
                }
                Stage::Reroute => self.reroute(),
                Stage::Loopback => {
                    if self.loopback.is_some() {
                        self.created = false;
                        stages = policy.forward.as_slice();
                    }
                }
            }
        }
        if self.packet.leg == Leg::Opening {
            self.connection.permit = self.filter_seen;
        }
        Walked::Passed(self.connection.clone())
    }

    fn filter(&mut self, chain: ChainId, sees: Sees, permit: bool) -> Option<Walked> {
        match self.base_chain(chain, sees) {
            ChainResult::Ended(walked) => Some(walked),
            ChainResult::Accepted(at) => {
                if permit {
                    self.filter_seen = Some(at);
                }
                None
            }
            ChainResult::FellThrough => None,
        }
    }

    fn reroute(&mut self) {
        self.way_out_settled = false;
        if self.connection.local && !self.packet.is_answer() {
            self.loopback = Some(self.policy.interfaces.class_of("lo"));
        }
    }

    fn track(&mut self) {
        self.templated = false;
        if self.loopback.is_some() {
            // Tracking knows the packet from the way out (checked in a kernel, 6.18).
            return;
        }
        if self.untracked_by.is_some() {
            self.state = CtState::Untracked;
            self.connection.progress = self.connection.progress.miss(self.packet, self.conversation.proto);
            return;
        }
        self.tracked = true;
        let before = self.connection.progress;
        let (state, progress) = before.observe(self.packet, self.conversation.proto);
        self.state = state;
        self.created = before == Progress::Nothing && progress != Progress::Nothing;
        self.connection.progress = progress;
    }

    fn translate(&mut self, chain: Option<ChainId>, sees: Sees, destination: bool) -> Option<Walked> {
        if self.created
            && let Some(chain) = chain
            && let ChainResult::Ended(walked) = self.base_chain(chain, sees)
        {
            return Some(walked);
        }
        if destination {
            let translated = !self.connection.src.is_same() || opening_fate(&self.connection) != OpeningFate::Delivered;
            if translated && let Some(at) = self.untracked_by {
                // Nobody gives the answer its client's address back, and it stays with the firewall; or the server's,
                // and the client does not know who is answering. A later packet of the client reaches another server
                // than the first one, or the same one as if from another client (kernel-checked).
                return Some(Walked::Denied(Denial::Silent, at));
            }
            self.destination_applied = self.tracked;
        } else {
            self.source_applied = self.tracked;
        }
        None
    }

    fn base_chain(&mut self, chain: ChainId, sees: Sees) -> ChainResult {
        match self.chain(chain, sees, 0) {
            ChainResult::FellThrough => {}
            other => return other,
        }
        let at = RuleRef::end_of(chain);
        self.met.push(Met { at, depth: 0, perhaps: false });
        match self.policy.chain(chain).map(|c| &c.end) {
            Some(ChainEnd::Deny(denial)) => ChainResult::Ended(Walked::Denied(*denial, at)),
            Some(ChainEnd::Unknown(_)) => ChainResult::Ended(Walked::Unknown(at)),
            Some(ChainEnd::Accept | ChainEnd::Return) | None => ChainResult::Accepted(at),
        }
    }

    fn chain(&mut self, id: ChainId, sees: Sees, depth: usize) -> ChainResult {
        let policy = self.policy;
        let Some(chain) = policy.chain(id) else { return ChainResult::FellThrough };
        for (index, rule) in chain.rules.iter().enumerate() {
            self.choices.asked += 1;
            if self.choices.asked > MAX_ASKED {
                return ChainResult::Ended(Walked::Unknown(RuleRef { chain: id, rule: index }));
            }
            let matched = match self.matches(rule, sees) {
                TestResult::No => false,
                TestResult::Yes => true,
                // Both ways are the same when nothing happens.
                TestResult::Maybe => rule.action != Action::Continue && self.choices.pick(2) == 0,
            };
            if !matched {
                continue;
            }
            let at = RuleRef { chain: id, rule: index };
            self.met.push(Met { at, depth, perhaps: self.matches(rule, sees) == TestResult::Maybe });
            match &rule.action {
                Action::Continue => {}
                Action::Accept => return ChainResult::Accepted(at),
                Action::Deny(denial) => return ChainResult::Ended(Walked::Denied(*denial, at)),
                Action::Return => return ChainResult::FellThrough,
                Action::Jump(target) => match self.called(*target, sees, depth + 1) {
                    ChainResult::FellThrough => {}
                    other => return other,
                },
                Action::Goto(target) => return self.called(*target, sees, depth + 1),
                // What is changed is the template's, which other packets have too.
                Action::Mark(change) if self.templated => self.mark = change.apply(self.mark, MarkBits::UNKNOWN).0,
                Action::Mark(change) => {
                    (self.mark, self.connection.mark) = change.apply(self.mark, self.connection.mark);
                }
                // The rules behind these see that already, and the first one holds (kernel-checked).
                Action::Untrack | Action::Template if self.tracked || self.templated || self.untracked_by.is_some() => {
                }
                Action::Untrack => {
                    self.state = CtState::Untracked;
                    self.untracked_by = Some(at);
                }
                Action::Template => {
                    self.state = CtState::New;
                    self.templated = true;
                }
                Action::Translate(translation) => return self.apply(translation, at),
                Action::Divert => {
                    let dropped = self.choices.pick(2) == 0;
                    return ChainResult::Ended(if dropped {
                        Walked::Denied(Denial::Silent, at)
                    } else {
                        Walked::Diverted(at)
                    });
                }
                Action::Unknown(_) => {
                    if self.may_change_more {
                        return ChainResult::Ended(Walked::Unknown(at));
                    }
                    let choice = self.choices.pick(3);
                    self.mark = MarkBits::UNKNOWN;
                    self.connection.mark = MarkBits::UNKNOWN;
                    match choice {
                        0 => return ChainResult::Ended(Walked::Denied(Denial::Silent, at)),
                        1 => return ChainResult::Accepted(at),
                        _ => {}
                    }
                }
            }
        }
        ChainResult::FellThrough
    }

    /// A chain that another one calls: what falls out of it meets its own end first.
    fn called(&mut self, id: ChainId, sees: Sees, depth: usize) -> ChainResult {
        match self.chain(id, sees, depth) {
            ChainResult::FellThrough => {}
            other => return other,
        }
        let at = RuleRef::end_of(id);
        match self.policy.chain(id).map(|c| &c.end) {
            None | Some(ChainEnd::Return) => ChainResult::FellThrough,
            Some(ChainEnd::Accept) => ChainResult::Accepted(at),
            Some(ChainEnd::Deny(denial)) => ChainResult::Ended(Walked::Denied(*denial, at)),
            Some(ChainEnd::Unknown(_)) => ChainResult::Ended(Walked::Unknown(at)),
        }
    }

    fn apply(&mut self, translation: &Translation, at: RuleRef) -> ChainResult {
        let sends = !self.packet.is_answer();
        let (old_dst, old_port) = (self.conversation.dst, u128::from(self.conversation.dport));
        match translation {
            Translation::None => {}
            // The server's packet counts as a first one and would be sent astray: the client never sees it.
            _ if !sends => return ChainResult::Ended(Walked::Denied(Denial::Silent, at)),
            Translation::Destination { addresses, ports, local } => {
                self.connection.dst = changed(addresses.as_ref(), old_dst);
                self.connection.dport = changed(ports.as_ref(), old_port);
                self.connection.local = *local && !self.connection.dst.is_same();
                self.connection.way_out_unknown = !self.connection.dst.is_same();
            }
            Translation::Redirect { ports } => {
                self.connection.dst = Rewrite::Unknown;
                self.connection.dport = changed(ports.as_ref(), old_port);
                self.connection.local = true;
                self.connection.way_out_unknown = true;
            }
            Translation::Source { addresses, ports } => {
                self.connection.src =
                    addresses.as_ref().map_or(Rewrite::Unknown, |a| changed(Some(a), self.conversation.src));
                self.connection.sport = changed(ports.as_ref(), self.conversation.sport.into());
                return self.answered_by_whom(at);
            }
            Translation::Network { network, host_mask } => {
                let moved = |old: u128| changed(Some(&IntervalSet::single(network | (old & host_mask))), old);
                if self.destination_applied {
                    self.connection.src = moved(self.conversation.src);
                    return self.answered_by_whom(at);
                } else {
                    self.connection.dst = moved(old_dst);
                    self.connection.way_out_unknown = !self.connection.dst.is_same();
                }
            }
        }
        ChainResult::Accepted(at)
    }
}

impl Walk<'_> {
    /// The source has changed. A TCP server knows nothing of a connection whose first packet came from another one; only
    /// where MASQUERADE is asked on the machine itself, the source may have been that address before.
    fn answered_by_whom(&self, at: RuleRef) -> ChainResult {
        let connection = &self.connection;
        let moved = !(connection.src.is_same() && connection.sport.is_same());
        if self.packet.leg != Leg::Later || self.conversation.proto != TCP || !moved {
            return ChainResult::Accepted(at);
        }
        let perhaps = self.policy.hook == Hook::Output && connection.src == Rewrite::Unknown;
        ChainResult::Ended(if perhaps { Walked::Unknown(at) } else { Walked::Denied(Denial::Silent, at) })
    }
}

/// What became of `old`, which is nothing when it became itself.
fn changed(to: Option<&IntervalSet>, old: u128) -> Rewrite {
    match to {
        Some(set) if set.only() != Some(old) => Rewrite::one_of(set),
        _ => Rewrite::Same,
    }
}
