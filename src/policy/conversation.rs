//! A required flow is a conversation: its opening packet, the answer, and what the initiator sends later.

use super::state::{CtState, lone_packet_state};
use super::{Action, Answers, IfaceId, Policy};
use crate::space::{Family, Field, Packet};
use serde::Serialize;

/// ICMP's protocol number.
pub const ICMP: u8 = 1;
/// TCP's protocol number.
pub const TCP: u8 = 6;
/// UDP's protocol number.
pub const UDP: u8 = 17;
/// ICMPv6's protocol number.
pub const ICMPV6: u8 = 58;
/// SYN alone, the flags of a packet that opens a TCP connection.
pub const SYN: u8 = 2;
/// ACK alone.
pub const ACK: u8 = 16;

/// Which part of a conversation a packet belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Leg {
    /// The first packet.
    Opening,
    /// What comes back.
    Answer,
    /// What the initiator sends after the first packet.
    Later,
}

impl std::fmt::Display for Leg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Leg::Opening => "opening",
            Leg::Answer => "answer",
            Leg::Later => "later",
        })
    }
}

/// One conversation, named by its first packet before any translation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conversation {
    /// The family.
    pub family: Family,
    /// The interface by which the first packet enters.
    pub in_iface: IfaceId,
    /// The interface by which it leaves, unless it is translated.
    pub out_iface: IfaceId,
    /// Source address.
    pub src: u128,
    /// Destination address.
    pub dst: u128,
    /// Protocol number.
    pub proto: u8,
    /// Source port; 0 for protocols without ports.
    pub sport: u16,
    /// Destination port; 0 for protocols without ports.
    pub dport: u16,
    /// ICMP type and code of the first packet, `type * 256 + code`; 0 for other protocols.
    pub icmp: u16,
    /// TCP flags of the first packet; 0 for other protocols.
    pub flags: u8,
}

impl Conversation {
    /// The conversation whose first packet has these fields.
    pub fn from_packet(family: Family, packet: &Packet) -> Conversation {
        Conversation {
            family,
            in_iface: packet.get(Field::InIface) as IfaceId,
            out_iface: packet.get(Field::OutIface) as IfaceId,
            src: packet.get(Field::Src),
            dst: packet.get(Field::Dst),
            proto: packet.get(Field::Proto) as u8,
            sport: packet.get(Field::SrcPort) as u16,
            dport: packet.get(Field::DstPort) as u16,
            icmp: packet.get(Field::Icmp) as u16,
            flags: if packet.get(Field::Proto) == TCP.into() { SYN } else { 0 },
        }
    }

    /// Its first packet, in the fields that name a conversation.
    pub fn first_packet(&self) -> Packet {
        let mut packet = Packet::zero();
        packet.set(Field::InIface, self.in_iface.into());
        packet.set(Field::OutIface, self.out_iface.into());
        packet.set(Field::Src, self.src);
        packet.set(Field::Dst, self.dst);
        packet.set(Field::Proto, self.proto.into());
        packet.set(Field::SrcPort, self.sport.into());
        packet.set(Field::DstPort, self.dport.into());
        packet.set(Field::Icmp, self.icmp.into());
        packet
    }
}

/// One packet of a conversation, as far as it does not depend on addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketOfConversation {
    /// Which part.
    pub leg: Leg,
    /// TCP flags; 0 for other protocols.
    pub flags: u8,
    /// The state that it would have outside any connection.
    pub lone: CtState,
}

impl PacketOfConversation {
    /// Does it travel from the server to the client?
    pub fn is_answer(self) -> bool {
        self.leg == Leg::Answer
    }
}

/// The packets of a conversation in order, from the protocol and the flags or ICMP type of the first one.
///
/// A TCP connection is opened by SYN, SYN+ACK and ACK, and then carries ACKs both ways. A first packet that
/// connection tracking holds to be invalid opens nothing, and is the only one.
pub fn packets_of(proto: u8, flags: u8, icmp_type: u8) -> Vec<PacketOfConversation> {
    let packet =
        |leg, flags, icmp_type| PacketOfConversation { leg, flags, lone: lone_packet_state(proto, flags, icmp_type) };
    let opening = packet(Leg::Opening, flags, icmp_type);
    if opening.lone != CtState::New {
        return vec![opening];
    }
    match proto {
        TCP if flags & SYN != 0 => {
            vec![opening, packet(Leg::Answer, SYN | ACK, 0), packet(Leg::Later, ACK, 0), packet(Leg::Answer, ACK, 0)]
        }
        TCP => vec![opening, packet(Leg::Answer, ACK, 0), packet(Leg::Later, ACK, 0)],
        ICMP | ICMPV6 => {
            let reply = icmp_reply(proto, icmp_type).unwrap_or(icmp_type);
            vec![opening, packet(Leg::Answer, 0, reply), packet(Leg::Later, 0, icmp_type)]
        }
        _ => vec![opening, packet(Leg::Answer, 0, 0), packet(Leg::Later, 0, 0)],
    }
}

/// How many answers more are judged, each with the packet before it, where the first packets may leave something behind.
const MORE: usize = 2;

impl Policy {
    /// The packets by which a conversation is judged. Where rules change the mark of a connection, or what tracking sees
    /// of it, a packet can meet other rules than the one before it that was alike: then some more are asked.
    pub fn packets(&self, proto: u8, flags: u8, icmp_type: u8) -> Vec<PacketOfConversation> {
        self.packets_by(proto, flags, icmp_type, || self.leaves_traces())
    }

    /// As [`Policy::packets`], with the answer to [`Policy::leaves_traces`] from elsewhere.
    pub(crate) fn packets_by(
        &self,
        proto: u8,
        flags: u8,
        icmp_type: u8,
        leaves_traces: impl FnOnce() -> bool,
    ) -> Vec<PacketOfConversation> {
        let packets = packets_of(proto, flags, icmp_type);
        let are_asked = packets.iter().skip(1).any(|packet| self.answers.asks_rules(*packet, proto));
        if are_asked && leaves_traces() { and_more(packets) } else { packets }
    }

    /// Do rules change the mark of a connection, or what tracking sees of it? Looks at every rule.
    pub(crate) fn leaves_traces(&self) -> bool {
        self.chains.iter().flat_map(|c| &c.rules).any(|rule| match &rule.action {
            Action::Mark(change) => change.asks_connection(),
            Action::Untrack | Action::Unknown(_) => true,
            _ => false,
        })
    }
}

/// The packets of a conversation, and some more like the last of them.
fn and_more(mut packets: Vec<PacketOfConversation>) -> Vec<PacketOfConversation> {
    let last = |answer: bool| packets.iter().rev().find(|p| p.leg != Leg::Opening && p.is_answer() == answer).copied();
    let (Some(later), Some(answer)) = (last(false), last(true)) else { return packets };
    // The last of them is an answer.
    let waits = packets.last().is_some_and(|p| !p.is_answer());
    packets.extend([later, answer].iter().cycle().take(2 * MORE).skip(waits.into()));
    packets
}

/// The ICMP type that answers a request (RFC 792, RFC 950, RFC 4443).
pub fn icmp_reply(proto: u8, request: u8) -> Option<u8> {
    match (proto, request) {
        (ICMP, 8) => Some(0),
        (ICMP, 13) => Some(14),
        (ICMP, 15) => Some(16),
        (ICMP, 17) => Some(18),
        (ICMPV6, 128) => Some(129),
        _ => None,
    }
}

impl Answers {
    /// Must this packet pass the rules at all?
    pub fn asks_rules(self, packet: PacketOfConversation, proto: u8) -> bool {
        match self {
            Answers::Filtered => true,
            Answers::Tracked { icmp } => {
                packet.leg == Leg::Opening || !(matches!(proto, TCP | UDP) || icmp && matches!(proto, ICMP | ICMPV6))
            }
        }
    }
}

/// How far connection tracking has seen a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Progress {
    /// No packet of it was tracked.
    #[default]
    Nothing,
    /// The client's request, not yet its answer.
    Asked {
        /// Was the request taken up in the middle of a TCP connection (a lone ACK)?
        midstream: bool,
    },
    /// Request and answer. Of a TCP connection tracking may miss packets later, when it knows them no more.
    Answered {
        /// Has tracking seen all that the client sent?
        knows_client: bool,
        /// Has tracking seen all that the server sent?
        knows_server: bool,
    },
    /// Only the server's packet, which counts as a request of the server's own.
    AskedByServer,
    /// A request of the server's own, and a packet of the client as its answer.
    AnsweredByClient,
}

impl Progress {
    const ANSWERED: Progress = Progress::Answered { knows_client: true, knows_server: true };

    /// The progress after a packet that tracking does not see.
    pub fn miss(self, packet: PacketOfConversation, proto: u8) -> Progress {
        match self {
            Progress::Answered { knows_client, knows_server } if proto == TCP => {
                let answer = packet.is_answer();
                Progress::Answered { knows_client: knows_client && answer, knows_server: knows_server && !answer }
            }
            other => other,
        }
    }

    /// What a tracked packet's state is, and the progress after it. Checked in a kernel (6.18).
    pub fn observe(self, packet: PacketOfConversation, proto: u8) -> (CtState, Progress) {
        match (self, packet.is_answer()) {
            (Progress::Nothing, answer) => match packet.lone {
                CtState::New if answer => (CtState::New, Progress::AskedByServer),
                CtState::New => (CtState::New, Progress::Asked { midstream: packet.flags & SYN == 0 }),
                other => (other, Progress::Nothing),
            },
            // A TCP client's ACK is out of place while no SYN+ACK has been seen; UDP and ICMP have no such order.
            (Progress::Asked { midstream: false }, false) if proto == TCP => (CtState::Invalid, self),
            (Progress::Asked { .. }, false) => (CtState::New, self),
            (Progress::Asked { .. }, true) => (CtState::Established, Progress::ANSWERED),
            // It acknowledges what tracking has not seen, which is then out of its window; and is not seen itself.
            (Progress::Answered { knows_client: false, .. }, true)
            | (Progress::Answered { knows_server: false, .. }, false) => (CtState::Invalid, self.miss(packet, proto)),
            // The newest packet of a side tells where that side has come to.
            (Progress::Answered { knows_client, .. }, true) => {
                (CtState::Established, Progress::Answered { knows_client, knows_server: true })
            }
            (Progress::Answered { knows_server, .. }, false) => {
                (CtState::Established, Progress::Answered { knows_client: true, knows_server })
            }
            (Progress::AskedByServer, true) => (CtState::New, self),
            (Progress::AskedByServer | Progress::AnsweredByClient, false) => {
                (CtState::Established, Progress::AnsweredByClient)
            }
            (Progress::AnsweredByClient, true) => (CtState::Established, self),
        }
    }

    /// The direction of a packet within its connection, as `--ctdir` sees it: 0 as the first tracked one, else 1.
    pub fn direction(self, packet: PacketOfConversation) -> u128 {
        u128::from(packet.is_answer() != self.is_by_server())
    }

    /// Is the server the one who began it, as far as tracking knows? Then the original source is the server.
    pub fn is_by_server(self) -> bool {
        matches!(self, Progress::AskedByServer | Progress::AnsweredByClient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(proto: u8, flags: u8, tracked: [bool; 4]) -> Vec<Option<CtState>> {
        let mut progress = Progress::Nothing;
        let see = |(packet, tracked): (PacketOfConversation, bool)| {
            let (state, next) = progress.observe(packet, proto);
            progress = if tracked { next } else { progress.miss(packet, proto) };
            tracked.then_some(state)
        };
        packets_of(proto, flags, 0).into_iter().zip(tracked).map(see).collect()
    }

    #[test]
    fn a_tracked_conversation_is_new_and_then_established() {
        use CtState::*;
        assert_eq!(states(TCP, SYN, [true; 4]), [New, Established, Established, Established].map(Some));
        assert_eq!(states(UDP, 0, [true; 4]), [New, Established, Established].map(Some));
    }

    #[test]
    fn an_untracked_request_makes_the_answer_new_or_invalid() {
        use CtState::*;
        assert_eq!(states(UDP, 0, [false, true, true, true])[1..], [New, Established].map(Some));
        assert_eq!(states(TCP, SYN, [false, true, false, true])[1], Some(Invalid));
    }

    #[test]
    fn an_untracked_answer_makes_the_clients_ack_invalid_and_its_datagram_new() {
        use CtState::*;
        assert_eq!(states(TCP, SYN, [true, false, true, true])[2], Some(Invalid));
        assert_eq!(states(UDP, 0, [true, false, true, true])[2], Some(New));
    }

    #[test]
    fn what_acknowledges_an_untracked_packet_is_invalid() {
        use CtState::*;
        assert_eq!(states(TCP, SYN, [true, true, false, true])[3], Some(Invalid));
        let packet = |leg| PacketOfConversation { leg, flags: ACK, lone: CtState::New };
        let (later, answer) = (packet(Leg::Later), packet(Leg::Answer));
        let without_server = Progress::ANSWERED.miss(answer, TCP);
        assert_eq!(without_server.observe(later, TCP).0, Invalid);
        assert_eq!(without_server.observe(answer, TCP), (Established, Progress::ANSWERED));
        assert_eq!(Progress::ANSWERED.miss(later, UDP), Progress::ANSWERED);
    }

    #[test]
    fn an_invalid_first_packet_opens_nothing() {
        assert_eq!(packets_of(TCP, SYN | ACK, 0).len(), 1);
        assert_eq!(packets_of(ICMP, 0, 0).len(), 1);
        assert_eq!(packets_of(ICMP, 0, 8).len(), 3);
    }
}
