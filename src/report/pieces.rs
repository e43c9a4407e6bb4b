//! A block as products of address, protocol and port sets, for outputs that list them.

use crate::policy::{Conversation, IfaceId, Interfaces, Policy};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use crate::verify::Block;

/// A product of sets. All pieces of a block are disjoint and together make up the block.
pub struct Piece {
    /// Sources, destinations, protocols, ports and ICMP types.
    pub cube: Cube,
    /// The interface by which its packets enter, where interfaces matter.
    pub entering: Option<IfaceId>,
    /// The interface by which they leave, where interfaces matter.
    pub leaving: Option<IfaceId>,
    /// One conversation of the piece: the block's own where it lies in the piece.
    pub witness: Conversation,
}

/// The fields that name a conversation in reports; in this order they join best, ports before addresses.
const NAMED: [Field; 6] = [Field::SrcPort, Field::DstPort, Field::Icmp, Field::Src, Field::Dst, Field::Proto];
/// Fields of single packets, which say nothing about a conversation.
const HIDDEN: [Field; 9] = [
    Field::TcpFlags,
    Field::State,
    Field::OrigSrc,
    Field::OrigDst,
    Field::OrigSrcPort,
    Field::OrigDstPort,
    Field::ReplySrc,
    Field::ReplyDst,
    Field::Direction,
];
const INTERFACES: [Field; 2] = [Field::InIface, Field::OutIface];

/// The pieces of a block, one for each product and pair of interfaces.
pub fn pieces(policy: &Policy, block: &Block) -> Vec<Piece> {
    let shown = block.packets.forget(&HIDDEN);
    if !block.interfaces_matter {
        return products(block, &shown, None, None);
    }
    let mut all = Vec::new();
    for entering in sides(policy, &shown, Field::InIface) {
        let entered = only(&shown, Field::InIface, entering);
        for leaving in sides(policy, &entered, Field::OutIface) {
            all.extend(products(block, &only(&entered, Field::OutIface, leaving), entering, leaving));
        }
    }
    all
}

fn products(block: &Block, part: &PacketSet, entering: Option<IfaceId>, leaving: Option<IfaceId>) -> Vec<Piece> {
    let joined = part.forget(&INTERFACES).coalesced(&NAMED);
    let piece = |cube: &Cube| {
        let witness = witness(block, part, cube);
        Piece { cube: cube.clone(), entering, leaving, witness }
    };
    joined.cubes().iter().map(piece).collect()
}

/// The block's witness was replayed, so it is preferred; for other pieces any member is as good.
fn witness(block: &Block, part: &PacketSet, cube: &Cube) -> Conversation {
    let first = block.witness.first_packet();
    if cube.contains(&first) && part.contains(&first) {
        return block.witness.clone();
    }
    let own = part.intersect(&PacketSet::from_cubes(part.family(), [cube.clone()])).witness();
    own.map_or_else(|| block.witness.clone(), |packet| Conversation::from_packet(part.family(), &packet))
}

fn only(packets: &PacketSet, field: Field, id: Option<IfaceId>) -> PacketSet {
    id.map_or_else(|| packets.clone(), |id| packets.clone().with(field, &IntervalSet::single(id.into())))
}

/// The single interfaces of a set of packets; `None` alone when any interface will do.
fn sides(policy: &Policy, packets: &PacketSet, field: Field) -> Vec<Option<IfaceId>> {
    let values = packets.values(field);
    if values.is_full(field.max(policy.family)) {
        return vec![None];
    }
    let known = std::iter::once(Interfaces::OTHER).chain(policy.interfaces.classes().map(|(id, _)| id));
    let ids: Vec<_> = known.filter(|id| values.contains((*id).into())).map(Some).collect();
    if ids.is_empty() { vec![None] } else { ids }
}
