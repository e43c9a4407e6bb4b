//! The plain interpreter: one conversation, packet by packet, rule by rule, as the kernel walks it.
//!
//! It shares with the set walk in `verify` only the tables of facts (states, marks, translations). Where the text
//! does not decide, every way is tried in turn, and the decision lists all ends that were met.

use super::conversation::{icmp_reply, packets_of};
use super::state::CtState;
use super::{
    Action, ChainEnd, ChainId, Conversation, Denial, Interfaces, Leg, MarkBits, PacketOfConversation, Policy, Progress,
    Rewrite, Rule, RuleRef, Sees, Stage, TestResult, Translation,
};
use crate::space::{Cube, Field, IntervalSet};
use std::collections::BTreeSet;

/// Ways tried for one packet before the interpreter gives up and calls the end unknown.
const MAX_WAYS: usize = 20_000;

/// How a conversation can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// All its packets arrive.
    Complete,
    /// All its packets arrive, but at another destination.
    Elsewhere,
    /// A packet of the leg is denied.
    Denied(Leg),
    /// Not known.
    Unknown,
}

/// What can become of the first packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpeningFate {
    /// It leaves for its destination.
    Delivered,
    /// It leaves for another destination.
    Rewritten,
    /// It ends in the firewall itself.
    Local,
    /// It is denied.
    Denied(Denial),
    /// Not known.
    Unknown,
}

/// One possible course of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Course {
    /// What becomes of the first packet.
    pub opening: OpeningFate,
    /// How it ends.
    pub end: End,
    /// The rule that ends it; for a complete one, the rule that permits the first packet.
    pub at: Option<RuleRef>,
    /// The destination after translation, where there is one.
    pub destination: Rewrite,
    /// The destination port after translation.
    pub destination_port: Rewrite,
}

/// A rule that a packet met and that matched it, or may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// The rule, or the end of a chain.
    pub at: RuleRef,
    /// How many calls deep.
    pub depth: usize,
    /// Does the text leave open whether it matches?
    pub perhaps: bool,
}

/// One packet of a traced conversation, on the first of the ways that it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedPacket {
    /// Which packet.
    pub packet: PacketOfConversation,
    /// Does it pass by the connection table, without asking the rules?
    pub by_connection_table: bool,
    /// The rules met, in order.
    pub met: Vec<Met>,
    /// Did it arrive?
    pub passed: bool,
}

/// All that can become of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The possible courses; exactly one where the text decides. Never empty.
    pub courses: BTreeSet<Course>,
}

/// What the text decides about one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// All its packets pass.
    Permitted,
    /// A packet of the leg is surely denied.
    Denied(Leg),
    /// The first packet is surely delivered elsewhere.
    Intercepted,
    /// The text does not decide.
    Undecided,
}

impl Decision {
    /// What holds of all courses; for a denial, the earliest leg on which a course ends.
    pub fn outcome(&self) -> Outcome {
        let openings = || self.courses.iter().map(|c| c.opening);
        if openings().all(|o| matches!(o, OpeningFate::Denied(_))) {
            return Outcome::Denied(Leg::Opening);
        }
        if openings().all(|o| matches!(o, OpeningFate::Rewritten | OpeningFate::Local)) {
            return Outcome::Intercepted;
        }
        let legs = || self.courses.iter().map(|c| if let End::Denied(leg) = c.end { Some(leg) } else { None });
        if legs().all(|leg| leg.is_some()) {
            let after_opening = legs().flatten().filter(|leg| *leg != Leg::Opening).min();
            return after_opening.map_or(Outcome::Undecided, Outcome::Denied);
        }
        if self.courses.iter().all(|c| c.end == End::Complete) {
            return Outcome::Permitted;
        }
        Outcome::Undecided
    }
}

/// What a connection keeps between its packets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Connection {
    progress: Progress,
    mark: MarkBits,
    dst: Rewrite,
    dport: Rewrite,
    src: Rewrite,
    sport: Rewrite,
    local: bool,
    permit: Option<RuleRef>,
    way_out_unknown: bool,
}

/// How one packet's walk ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Walked {
    Passed(Connection),
    Denied(Denial, RuleRef),
    Unknown(RuleRef),
    /// Diverted to a local socket.
    Diverted(RuleRef),
}

impl Policy {
    /// What becomes of one conversation.
    pub fn decide(&self, conversation: &Conversation) -> Decision {
        let packets = packets_of(conversation.proto, conversation.flags, (conversation.icmp >> 8) as u8);
        let mut courses = BTreeSet::new();
        let Some((opening, rest)) = packets.split_first() else { return Decision { courses } };
        for walked in self.ways(conversation, *opening, &Connection::default()) {
            let course = |opening, end, at| Course {
                opening,
                end,
                at,
                destination: Rewrite::Same,
                destination_port: Rewrite::Same,
            };
            match walked {
                Walked::Denied(denial, at) => {
                    courses.insert(course(OpeningFate::Denied(denial), End::Denied(Leg::Opening), Some(at)));
                }
                Walked::Unknown(at) => {
                    courses.insert(course(OpeningFate::Unknown, End::Unknown, Some(at)));
                }
                Walked::Diverted(at) => {
                    courses.insert(course(OpeningFate::Local, End::Elsewhere, Some(at)));
                }
                Walked::Passed(connection) => {
                    let fate = opening_fate(&connection);
                    for (end, at) in self.ends(conversation, rest, &connection) {
                        courses.insert(Course {
                            opening: fate,
                            end,
                            at: at.or(connection.permit),
                            destination: connection.dst.clone(),
                            destination_port: connection.dport.clone(),
                        });
                    }
                }
            }
        }
        Decision { courses }
    }

    /// Follows a conversation packet by packet until one does not arrive. Where the text does not decide, the trace
    /// takes the way on which the rule matches and says so.
    pub fn trace(&self, conversation: &Conversation) -> Vec<TracedPacket> {
        let mut traced = Vec::new();
        let mut connection = Connection::default();
        for packet in packets_of(conversation.proto, conversation.flags, (conversation.icmp >> 8) as u8) {
            if !self.answers.asks_rules(packet, conversation.proto) {
                traced.push(TracedPacket { packet, by_connection_table: true, met: Vec::new(), passed: true });
                continue;
            }
            let mut choices = Choices::default();
            let mut walk = Walk::new(self, conversation, packet, &connection, &mut choices);
            let walked = walk.run();
            let met = std::mem::take(&mut walk.met);
            let passed = matches!(walked, Walked::Passed(_));
            traced.push(TracedPacket { packet, by_connection_table: false, met, passed });
            match walked {
                Walked::Passed(next) => connection = next,
                _ => break,
            }
        }
        traced
    }

    /// All ends of the packets after the first.
    fn ends(
        &self,
        conversation: &Conversation,
        packets: &[PacketOfConversation],
        connection: &Connection,
    ) -> BTreeSet<(End, Option<RuleRef>)> {
        let Some((packet, rest)) = packets.split_first() else {
            // A packet that tracking first sees in midstream can be translated though the first one was not.
            let arrives = opening_fate(connection) == OpeningFate::Delivered;
            return BTreeSet::from([(if arrives { End::Complete } else { End::Elsewhere }, None)]);
        };
        if !self.answers.asks_rules(*packet, conversation.proto) {
            return self.ends(conversation, rest, connection);
        }
        let mut ends = BTreeSet::new();
        for walked in self.ways(conversation, *packet, connection) {
            match walked {
                Walked::Denied(_, at) => {
                    ends.insert((End::Denied(packet.leg), Some(at)));
                }
                Walked::Unknown(at) | Walked::Diverted(at) => {
                    ends.insert((End::Unknown, Some(at)));
                }
                Walked::Passed(next) => ends.extend(self.ends(conversation, rest, &next)),
            }
        }
        ends
    }

    /// All ways in which one packet's walk can end.
    fn ways(&self, conversation: &Conversation, packet: PacketOfConversation, start: &Connection) -> BTreeSet<Walked> {
        let mut choices = Choices::default();
        let mut ways = BTreeSet::new();
        for _ in 0..MAX_WAYS {
            choices.begin();
            let mut walk = Walk::new(self, conversation, packet, start, &mut choices);
            ways.insert(walk.run());
            if !choices.advance() {
                return ways;
            }
        }
        ways.insert(Walked::Unknown(RuleRef::end_of(ChainId(0))));
        ways
    }
}

fn opening_fate(connection: &Connection) -> OpeningFate {
    if connection.local {
        OpeningFate::Local
    } else if connection.dst.is_same() && connection.dport.is_same() {
        OpeningFate::Delivered
    } else {
        OpeningFate::Rewritten
    }
}

/// Tries all sequences of choices, one run after another, like the digits of a counter.
#[derive(Default)]
struct Choices {
    taken: Vec<(usize, usize)>,
    next: usize,
}

impl Choices {
    fn begin(&mut self) {
        self.next = 0;
    }

    /// One of `0..of`.
    fn pick(&mut self, of: usize) -> usize {
        if self.next == self.taken.len() {
            self.taken.push((0, of));
        }
        let choice = self.taken.get(self.next).map_or(0, |t| t.0);
        self.next += 1;
        choice
    }

    /// Goes on to the next sequence; `false` when all were tried.
    fn advance(&mut self) -> bool {
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                self.taken.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

/// What a chain did with the packet.
enum ChainResult {
    Accepted(RuleRef),
    Ended(Walked),
    FellThrough,
}

struct Walk<'a> {
    policy: &'a Policy,
    conversation: &'a Conversation,
    packet: PacketOfConversation,
    connection: Connection,
    choices: &'a mut Choices,
    mark: MarkBits,
    state: CtState,
    untracked_by: Option<RuleRef>,
    tracked: bool,
    /// Did this packet open its connection? Only then do nat chains see it.
    created: bool,
    destination_applied: bool,
    filter_seen: Option<RuleRef>,
    /// Could an unknown action change more than marks and outcome here: addresses, or whether tracking sees the packet?
    may_change_more: bool,
    met: Vec<Met>,
}

impl<'a> Walk<'a> {
    fn new(
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
            created: false,
            destination_applied: false,
            filter_seen: None,
            may_change_more: false,
            met: Vec::new(),
        }
    }

    fn run(&mut self) -> Walked {
        let answers_from_here = self.packet.is_answer() && self.connection.local;
        let mut stages = if answers_from_here { self.policy.output.as_slice() } else { self.policy.forward.as_slice() };
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
                    if self.connection.local && !self.packet.is_answer() {
                        stages = self.policy.input.as_slice();
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

    fn track(&mut self) {
        if self.untracked_by.is_some() {
            self.state = CtState::Untracked;
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
            if self.packet.is_answer()
                && translated
                && let Some(at) = self.untracked_by
            {
                // Nobody gives the answer its client's address back, and it stays with the firewall; or the server's,
                // and the client does not know who is answering.
                return Some(Walked::Denied(Denial::Silent, at));
            }
            self.destination_applied = self.tracked;
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
                Action::Jump(target) => match self.chain(*target, sees, depth + 1) {
                    ChainResult::FellThrough => {}
                    other => return other,
                },
                Action::Goto(target) => return self.chain(*target, sees, depth + 1),
                Action::Mark(change) => {
                    (self.mark, self.connection.mark) = change.apply(self.mark, self.connection.mark);
                }
                Action::Untrack => self.untracked_by = Some(at),
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
        match &chain.end {
            ChainEnd::Return => ChainResult::FellThrough,
            _ if depth == 0 => ChainResult::FellThrough,
            ChainEnd::Accept => ChainResult::Accepted(RuleRef::end_of(id)),
            ChainEnd::Deny(denial) => ChainResult::Ended(Walked::Denied(*denial, RuleRef::end_of(id))),
            ChainEnd::Unknown(_) => ChainResult::Ended(Walked::Unknown(RuleRef::end_of(id))),
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
            }
            Translation::Network { network, host_mask } => {
                let moved = |old: u128| changed(Some(&IntervalSet::single(network | (old & host_mask))), old);
                if self.destination_applied {
                    self.connection.src = moved(self.conversation.src);
                } else {
                    self.connection.dst = moved(old_dst);
                    self.connection.way_out_unknown = !self.connection.dst.is_same();
                }
            }
        }
        ChainResult::Accepted(at)
    }

    fn matches(&self, rule: &Rule, sees: Sees) -> TestResult {
        let mut result = TestResult::Yes;
        for test in &rule.matches.marks {
            match test.test(self.mark, self.connection.mark) {
                TestResult::No => return TestResult::No,
                TestResult::Maybe => result = TestResult::Maybe,
                TestResult::Yes => {}
            }
        }
        let cubes = rule.matches.packets.cubes().iter().map(|c| self.in_cube(c, sees));
        let best = cubes.fold(TestResult::No, |best, next| match (best, next) {
            (TestResult::Yes, _) | (_, TestResult::Yes) => TestResult::Yes,
            (TestResult::Maybe, _) | (_, TestResult::Maybe) => TestResult::Maybe,
            _ => TestResult::No,
        });
        match best {
            TestResult::Yes if rule.matches.opaque.is_empty() => result,
            TestResult::No => TestResult::No,
            _ => TestResult::Maybe,
        }
    }

    fn in_cube(&self, cube: &Cube, sees: Sees) -> TestResult {
        let mut result = TestResult::Yes;
        for (field, set) in cube.dims() {
            let Some(values) = self.field(*field, sees) else {
                result = TestResult::Maybe;
                continue;
            };
            if !values.overlaps(set) {
                return TestResult::No;
            }
            if !values.is_subset(set) {
                result = TestResult::Maybe;
            }
        }
        result
    }

    /// The possible values of a field of the packet here and now; `None` when they are not known.
    fn field(&self, field: Field, sees: Sees) -> Option<IntervalSet> {
        let c = self.conversation;
        let connection = &self.connection;
        let answer = self.packet.is_answer();
        let exactly = |v: u128| Some(IntervalSet::single(v));
        let client_iface = exactly(c.in_iface.into());
        let server_iface = if connection.way_out_unknown { None } else { exactly(c.out_iface.into()) };
        let none = exactly(Interfaces::NONE.into());
        match field {
            Field::InIface if sees == Sees::Out => none,
            Field::InIface => {
                if answer {
                    server_iface
                } else {
                    client_iface
                }
            }
            Field::OutIface if sees == Sees::In => none,
            Field::OutIface => {
                if answer {
                    client_iface
                } else {
                    server_iface
                }
            }
            Field::Src if answer => connection.dst.of(c.dst),
            Field::Src => exactly(c.src),
            Field::Dst if answer && self.destination_applied => exactly(c.src),
            Field::Dst if answer => connection.src.of(c.src),
            Field::Dst if self.destination_applied || self.created => connection.dst.of(c.dst),
            Field::Dst => exactly(c.dst),
            Field::SrcPort if answer => connection.dport.of(c.dport.into()),
            Field::SrcPort => exactly(c.sport.into()),
            Field::DstPort if answer && self.destination_applied => exactly(c.sport.into()),
            Field::DstPort if answer => connection.sport.of(c.sport.into()),
            Field::DstPort if self.destination_applied || self.created => connection.dport.of(c.dport.into()),
            Field::DstPort => exactly(c.dport.into()),
            Field::Proto => exactly(c.proto.into()),
            Field::Icmp => {
                let kind = (c.icmp >> 8) as u8;
                let kind = if answer { icmp_reply(c.proto, kind).unwrap_or(kind) } else { kind };
                exactly(u128::from(kind) << 8 | u128::from(c.icmp & 0xff))
            }
            Field::TcpFlags => exactly(self.packet.flags.into()),
            Field::State => {
                let moved = !connection.dst.is_same() || !connection.dport.is_same();
                let source = !connection.src.is_same() || !connection.sport.is_same();
                exactly(self.state.value(moved, source))
            }
            Field::OrigSrc => exactly(c.src),
            Field::OrigDst => exactly(c.dst),
            Field::OrigSrcPort => exactly(c.sport.into()),
            Field::OrigDstPort => exactly(c.dport.into()),
            Field::ReplySrc => connection.dst.of(c.dst),
            Field::ReplyDst => connection.src.of(c.src),
            Field::Direction => exactly(connection.progress.direction(self.packet)),
        }
    }
}

/// What became of `old`, which is nothing when it became itself.
fn changed(to: Option<&IntervalSet>, old: u128) -> Rewrite {
    match to {
        Some(set) if set.only() != Some(old) => Rewrite::one_of(set),
        _ => Rewrite::Same,
    }
}
