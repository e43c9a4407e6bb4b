//! The plain interpreter: one conversation, packet by packet, rule by rule, as the kernel walks it.
//!
//! It shares with the set walk in `verify` only the tables of facts (states, marks, translations). Where the text
//! does not decide, every way is tried in turn, and the decision lists all ends that were met.

mod choices;
mod matching;
mod walk;

use super::conversation::packets_of;
use super::{ChainId, Conversation, Denial, Leg, MarkBits, PacketOfConversation, Policy, Progress, Rewrite, RuleRef};
use choices::Choices;
use std::collections::BTreeSet;
use walk::Walk;

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
        let packets = self.packets(conversation.proto, conversation.flags, (conversation.icmp >> 8) as u8);
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
        let (proto, flags, icmp_type) = (conversation.proto, conversation.flags, (conversation.icmp >> 8) as u8);
        let mut traced = self.trace_packets(conversation, &self.packets(proto, flags, icmp_type));
        if traced.iter().all(|t| t.passed) {
            // Those that come after the first ones are of interest only where one of them is lost.
            traced.truncate(packets_of(proto, flags, icmp_type).len());
        }
        traced
    }

    /// The same for these packets of the conversation, instead of those by which it is judged.
    pub fn trace_packets(&self, conversation: &Conversation, packets: &[PacketOfConversation]) -> Vec<TracedPacket> {
        let mut traced = Vec::new();
        let mut connection = Connection::default();
        for packet in packets.iter().copied() {
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
