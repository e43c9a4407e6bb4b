//! How a rule's match looks from a conversation: the walk's sets hold conversations (by their first packets), while
//! rules speak of the packet at hand, which may be an answer, or translated.

use super::piece::{Piece, Way};
use crate::policy::{Interfaces, Match, PacketOfConversation, Rewrite, Sees, TestResult, icmp_reply};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// What a rule matches of a piece.
pub(super) struct Hit {
    /// What it matches at most.
    pub most: PacketSet,
    /// What it matches surely, as cubes that may reach beyond the piece.
    pub surely: Vec<Cube>,
}

/// Where the value of a packet's field comes from.
enum View<'a> {
    /// A field of the conversation's first packet, after what became of it.
    Of(Field, &'a Rewrite),
    /// One value for all packets of the piece.
    Known(u128),
    /// The type of the ICMP message that answers the conversation's first packet.
    IcmpAnswer,
    /// Not known.
    NotKnown,
}

const SAME: &Rewrite = &Rewrite::Same;

/// What of a piece a rule matches; `None` when nothing.
pub(super) fn hit(matches: &Match, piece: &Piece, packet: PacketOfConversation, sees: Sees) -> Option<Hit> {
    let mut sure = matches.opaque.is_empty();
    for test in &matches.marks {
        match test.test(piece.passing.mark, piece.connection_mark()) {
            TestResult::No => return None,
            TestResult::Maybe => sure = false,
            TestResult::Yes => {}
        }
    }
    let family = piece.set.family();
    let mut most: Vec<Cube> = Vec::new();
    let mut surely = Vec::new();
    for cube in matches.packets.cubes() {
        let Some((seen, exact)) = in_conversations(cube, piece, packet, sees) else { continue };
        most.extend(piece.set.cubes().iter().filter_map(|c| c.intersect(&seen)));
        if exact && sure {
            surely.push(seen);
        }
    }
    if most.is_empty() {
        return None;
    }
    // Disjoint cubes of packets can become overlapping cubes of conversations once a translation hides a field.
    let most = PacketSet::from_cubes(family, most);
    Some(Hit { most, surely })
}

/// The conversations whose packet is in the cube, and whether that is exact (else it is an upper bound).
fn in_conversations(cube: &Cube, piece: &Piece, packet: PacketOfConversation, sees: Sees) -> Option<(Cube, bool)> {
    let family = piece.set.family();
    let (mut seen, mut exact) = (Cube::full(), true);
    for (field, set) in cube.dims() {
        match view(*field, piece, packet, sees) {
            View::Known(value) if set.contains(value) => {}
            View::Known(_) => return None,
            View::NotKnown => exact = false,
            View::IcmpAnswer => seen = seen.with(family, Field::Icmp, &icmp_requests(family, set))?,
            View::Of(of, Rewrite::Same) => {
                if !piece.set.cubes().iter().any(|c| c.get(of).is_none_or(|mine| mine.overlaps(set))) {
                    return None;
                }
                seen = seen.with(family, of, set)?;
            }
            View::Of(_, Rewrite::Unknown) => exact = false,
            View::Of(_, Rewrite::OneOf(ranges)) => {
                let now = IntervalSet::from_ranges(ranges.iter().copied());
                if !now.overlaps(set) {
                    return None;
                }
                exact &= now.is_subset(set);
            }
            View::Of(of, Rewrite::Moved { from, to }) => {
                let now = piece.set.values(of).shift(*from, *to);
                seen = seen.with(family, of, &now.intersect(set).shift(*to, *from))?;
            }
        }
    }
    Some((seen, exact))
}

/// First packets whose answers have a type and code of the set.
fn icmp_requests(family: Family, answers: &IntervalSet) -> IntervalSet {
    let proto = if family == Family::V4 { crate::policy::ICMP } else { crate::policy::ICMPV6 };
    let of_type = |request: u8| {
        let answer = u128::from(icmp_reply(proto, request)?) << 8;
        let codes = answers.intersect(&IntervalSet::range(answer, answer | 0xff));
        Some(codes.shift(answer, u128::from(request) << 8))
    };
    (0..=u8::MAX).filter_map(of_type).fold(IntervalSet::empty(), |a, b| a.union(&b))
}

fn view<'a>(field: Field, piece: &'a Piece, packet: PacketOfConversation, sees: Sees) -> View<'a> {
    let (link, passing, answer) = (&piece.link, &piece.passing, packet.is_answer());
    let none = View::Known(Interfaces::NONE.into());
    let moved = link.way_out_unknown && passing.way != Way::Settled;
    let server_iface = if moved { View::NotKnown } else { View::Of(Field::OutIface, SAME) };
    let translated = passing.destination_applied || passing.created;
    let (sent, answered) = (passing.source_applied && !answer, passing.source_applied && answer);
    match field {
        Field::InIface if sees == Sees::Out => none,
        Field::OutIface if sees == Sees::In => none,
        Field::InIface | Field::OutIface if let Way::Loopback(lo) = passing.way => View::Known(lo.into()),
        Field::InIface if answer => server_iface,
        Field::InIface => View::Of(Field::InIface, SAME),
        Field::OutIface if answer => View::Of(Field::InIface, SAME),
        Field::OutIface => server_iface,
        Field::Src if answer => View::Of(Field::Dst, if answered { SAME } else { &link.dst }),
        Field::Src => View::Of(Field::Src, if sent { &link.src } else { SAME }),
        Field::Dst if answer => View::Of(Field::Src, if passing.destination_applied { SAME } else { &link.src }),
        Field::Dst => View::Of(Field::Dst, if translated { &link.dst } else { SAME }),
        Field::SrcPort if answer => View::Of(Field::DstPort, if answered { SAME } else { &link.dport }),
        Field::SrcPort => View::Of(Field::SrcPort, if sent { &link.sport } else { SAME }),
        Field::DstPort if answer => {
            View::Of(Field::SrcPort, if passing.destination_applied { SAME } else { &link.sport })
        }
        Field::DstPort => View::Of(Field::DstPort, if translated { &link.dport } else { SAME }),
        Field::Proto => View::Of(Field::Proto, SAME),
        Field::Icmp if answer => View::IcmpAnswer,
        Field::Icmp => View::Of(Field::Icmp, SAME),
        Field::TcpFlags => View::Known(packet.flags.into()),
        Field::State => View::Known(passing.state.value(link.moves_destination(), link.moves_source())),
        _ if passing.templated => View::NotKnown,
        Field::Direction => View::Known(link.progress.direction(packet)),
        _ if link.progress.is_by_server() => of_server_connection(field),
        Field::OrigSrc => View::Of(Field::Src, SAME),
        Field::OrigDst => View::Of(Field::Dst, SAME),
        Field::OrigSrcPort => View::Of(Field::SrcPort, SAME),
        Field::OrigDstPort => View::Of(Field::DstPort, SAME),
        Field::ReplySrc => View::Of(Field::Dst, &link.dst),
        Field::ReplyDst => View::Of(Field::Src, &link.src),
    }
}

/// What tracking knows of a connection that the server began: it is the original source, and nothing is translated.
fn of_server_connection(field: Field) -> View<'static> {
    match field {
        Field::OrigSrc | Field::ReplyDst => View::Of(Field::Dst, SAME),
        Field::OrigDst | Field::ReplySrc => View::Of(Field::Src, SAME),
        Field::OrigSrcPort => View::Of(Field::DstPort, SAME),
        Field::OrigDstPort => View::Of(Field::SrcPort, SAME),
        _ => View::NotKnown,
    }
}
