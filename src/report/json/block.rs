//! Blocks of a flow as products of sets.

use super::shape::{BlockOut, Proto, Witness};
use super::{place, places};
use crate::policy::{Conversation, ICMP, ICMPV6, Interfaces, Policy};
use crate::report::pieces::{Piece, pieces};
use crate::report::words;
use crate::source::Sources;
use crate::space::{Cube, Family, Field};
use crate::verify::Block;

/// One entry for each product of sets that the block is made of: together they are the block, exactly.
pub fn entries(sources: &Sources, policy: &Policy, block: &Block) -> Vec<BlockOut> {
    pieces(policy, block).iter().map(|piece| entry(sources, policy, block, piece)).collect()
}

fn entry(sources: &Sources, policy: &Policy, block: &Block, piece: &Piece) -> BlockOut {
    let (family, cube) = (policy.family, &piece.cube);
    let name = |id| words::interface(&policy.interfaces, id);
    let protocols = protocols(family, cube);
    BlockOut {
        verdict: block.verdict,
        leg: block.leg,
        src: words::cidrs(family, &cube.values(family, Field::Src)),
        dst: words::cidrs(family, &cube.values(family, Field::Dst)),
        sport: ports(family, cube, &protocols, Field::SrcPort),
        dport: ports(family, cube, &protocols, Field::DstPort),
        icmp: icmp(cube, &protocols),
        proto: protocols.into_iter().map(proto).collect(),
        entering: piece.entering.and_then(name),
        leaving: piece.leaving.and_then(name),
        at: block.at.map(|span| place(sources, span)),
        path: places(sources, &block.path),
        conditions: conditions(block),
        denial: block.denial.map(|denial| denial.reject_name().unwrap_or("drop")),
        witness: witness(&policy.interfaces, &piece.witness),
        waived: block.waived.is_some(),
    }
}

fn protocols(family: Family, cube: &Cube) -> Vec<u8> {
    let all = cube.values(family, Field::Proto);
    (0..=u8::MAX).filter(|number| all.contains((*number).into())).collect()
}

fn ports(family: Family, cube: &Cube, protocols: &[u8], field: Field) -> Vec<[u16; 2]> {
    if protocols.iter().any(|number| words::has_ports(*number)) {
        words::port_ranges(&cube.values(family, field))
    } else {
        Vec::new()
    }
}

fn icmp(cube: &Cube, protocols: &[u8]) -> Option<Vec<String>> {
    let is_icmp = protocols.iter().any(|number| matches!(*number, ICMP | ICMPV6));
    cube.get(Field::Icmp).filter(|_| is_icmp).map(words::icmp_types)
}

pub fn proto(number: u8) -> Proto {
    words::protocol_name(number).map_or(Proto::Number(number), Proto::Name)
}

/// Each once: the same condition may stand in several rules.
fn conditions(block: &Block) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for condition in &block.because {
        if !texts.contains(&condition.text) {
            texts.push(condition.text.clone());
        }
    }
    texts
}

pub fn witness(interfaces: &Interfaces, conversation: &Conversation) -> Witness {
    let ports = words::has_ports(conversation.proto);
    let name = |id| words::interface(interfaces, id);
    Witness {
        src: words::address(conversation.family, conversation.src),
        dst: words::address(conversation.family, conversation.dst),
        proto: proto(conversation.proto),
        sport: ports.then_some(conversation.sport),
        dport: ports.then_some(conversation.dport),
        entering: name(conversation.in_iface),
        leaving: name(conversation.out_iface),
    }
}
