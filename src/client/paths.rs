//! Which destinations of a flow are open to which clients.

use super::Use;
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::{Block, Verdict};

/// The paths of a flow, a path being a pair of client and destination. Every path is in exactly one of the sets.
pub struct Paths {
    /// Everything on the path passes.
    open: PacketSet,
    /// Nothing on the path arrives.
    closed: PacketSet,
    /// Some of it may pass, depending on the source port, the interface, or what the text leaves open.
    unknown: PacketSet,
}

/// What a path is not made of.
const BESIDE: [Field; 15] = [
    Field::InIface,
    Field::OutIface,
    Field::Proto,
    Field::SrcPort,
    Field::DstPort,
    Field::Icmp,
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

impl Paths {
    /// The paths of one family; `None` when the flow was not judged there.
    pub fn of(asked: Use<'_>, family: Family) -> Option<Paths> {
        let of_family = asked.result.judgements.iter().filter(|(_, judgement)| judgement.family == family);
        let blocks: Vec<&Block> = of_family.flat_map(|(_, judgement)| &judgement.blocks).collect();
        if blocks.is_empty() {
            return None;
        }
        let port = IntervalSet::single(asked.port.into());
        let touched = |wanted: &dyn Fn(Verdict) -> bool| touched(family, &blocks, &port, wanted);
        let some_open = touched(&|v| v == Verdict::Permitted);
        let some_closed = touched(&|v| matches!(v, Verdict::Denied | Verdict::Intercepted));
        let some_unknown = touched(&|v| matches!(v, Verdict::Undecided | Verdict::PartlyDenied));
        let mixed = some_open.intersect(&some_closed);
        Some(Paths {
            open: some_open.subtract(&some_closed).subtract(&some_unknown),
            closed: some_closed.subtract(&some_open).subtract(&some_unknown),
            unknown: some_unknown.union(&mixed),
        })
    }

    /// All clients.
    pub fn from(&self) -> IntervalSet {
        self.open_from().union(&self.closed_from()).union(&self.unknown_from())
    }

    /// Clients with an open path.
    pub fn open_from(&self) -> IntervalSet {
        self.open.values(Field::Src)
    }

    /// Clients with a closed path.
    pub fn closed_from(&self) -> IntervalSet {
        self.closed.values(Field::Src)
    }

    /// Clients with a path of which it is not known.
    pub fn unknown_from(&self) -> IntervalSet {
        self.unknown.values(Field::Src)
    }
}

/// The paths with a packet to the port in a block with such a verdict.
fn touched(family: Family, blocks: &[&Block], port: &IntervalSet, wanted: &dyn Fn(Verdict) -> bool) -> PacketSet {
    let chosen = blocks.iter().filter(|block| wanted(block.verdict));
    let each =
        chosen.flat_map(|block| block.packets.clone().with(Field::DstPort, port).forget(&BESIDE).cubes().to_vec());
    PacketSet::from_cubes(family, each)
}
