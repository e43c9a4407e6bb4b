//! One packet of a conversation on its way through the stages of a policy.

use super::piece::{Fate, Link, Passing, Piece, Way};
use super::walk::{Accepted, Walker};
use crate::policy::{CtState, Denial, Hook, Leg, PacketOfConversation, Progress, Rewrite, Stage, TCP, Translation};
use crate::space::{Field, IntervalSet, PacketSet};

impl Walker<'_> {
    /// Sends the packet at hand of all conversations of a piece on its way; returns those whose packet arrives.
    pub fn packet_of(&mut self, start: Piece) -> Vec<Piece> {
        let (policy, answer) = (self.policy, self.packet.is_answer());
        if policy.hook == Hook::Output && start.link.local && self.packet.leg != Leg::Opening {
            // The machine speaks to itself: it is intercepted, and whether its answers come back is not asked.
            return vec![start];
        }
        let way = if policy.hook == Hook::Output && !answer { Way::Settled } else { Way::Anew };
        let stages = policy.way(answer, start.link.local);
        let start = Piece { passing: Passing { way, ..Passing::default() }, ..start };
        let arrived = self.stages(stages, vec![start]);
        let rested = arrived.into_iter().map(|p| Piece { passing: Passing::default(), ..p }).collect();
        self.merged(rested)
    }

    fn stages(&mut self, stages: &[Stage], mut pieces: Vec<Piece>) -> Vec<Piece> {
        let mut elsewhere = Vec::new();
        let mut rest = stages;
        while let Some((stage, later)) = rest.split_first() {
            rest = later;
            if pieces.is_empty() {
                break;
            }
            self.may_change_more = matches!(stage, Stage::Translate { .. }) || rest.contains(&Stage::Track);
            pieces = match *stage {
                Stage::Filter { chain, sees, permit } => {
                    let accepted = self.base_chain(chain, sees, pieces);
                    self.accepted(accepted, permit)
                }
                Stage::Track => pieces.into_iter().map(|p| self.tracked(p)).collect(),
                Stage::Translate { chain, sees, destination } => {
                    let (created, others): (Vec<_>, Vec<_>) = pieces.into_iter().partition(|p| p.passing.created);
                    let mut shown = match chain {
                        Some(chain) if !created.is_empty() => {
                            let accepted = self.base_chain(chain, sees, created);
                            self.accepted(accepted, false)
                        }
                        _ => created,
                    };
                    shown.extend(others);
                    if destination { self.with_destination(shown) } else { with_source(shown) }
                }
                Stage::Route => {
                    let (request, all) = (!self.packet.is_answer(), self.policy.hook == Hook::Output);
                    let ends_here = |p: &Piece| all || request && p.link.local;
                    let (local, onward): (Vec<_>, Vec<_>) = pieces.into_iter().partition(ends_here);
                    if !local.is_empty() {
                        let input = self.policy.input.as_slice();
                        elsewhere.extend(self.stages(input, local));
                    }
                    onward
                }
                Stage::Reroute => pieces.into_iter().map(|p| self.rerouted(p)).collect(),
                Stage::Loopback => {
                    let round = |p: &Piece| matches!(p.passing.way, Way::Loopback(_));
                    let (local, onward): (Vec<_>, Vec<_>) = pieces.into_iter().partition(round);
                    if !local.is_empty() {
                        let known = |p: Piece| Piece { passing: Passing { created: false, ..p.passing }, ..p };
                        let forward = self.policy.forward.as_slice();
                        elsewhere.extend(self.stages(forward, local.into_iter().map(known).collect()));
                    }
                    onward
                }
            };
        }
        pieces.extend(elsewhere);
        pieces
    }

    fn accepted(&mut self, accepted: Accepted, permit: bool) -> Vec<Piece> {
        let permit = permit && self.packet.leg == Leg::Opening;
        let named = accepted.into_iter().map(|(piece, by)| {
            let permit = if permit { Some(self.permit(by)) } else { piece.permit };
            Piece { permit, ..piece }
        });
        let named = named.collect();
        self.merged(named)
    }

    /// Connection tracking looks at the packet. Its state depends on the protocol, which is one for a piece of a
    /// flow's walk (`flow` splits by protocol before).
    fn tracked(&self, mut piece: Piece) -> Piece {
        piece.passing.templated = false;
        if matches!(piece.passing.way, Way::Loopback(_)) {
            // Tracking knows the packet from the way out (checked in a kernel, 6.18).
            return piece;
        }
        let proto = piece.set.values(Field::Proto).only().unwrap_or(0) as u8;
        let before = piece.link.progress;
        if piece.passing.untracked_by.is_some() {
            piece.passing.state = CtState::Untracked;
            piece.link.progress = before.miss(self.packet, proto);
            return piece;
        }
        piece.passing.tracked = true;
        let (state, progress) = before.observe(self.packet, proto);
        piece.passing.state = state;
        piece.passing.created = before == Progress::Nothing && progress != Progress::Nothing;
        piece.link.progress = progress;
        piece
    }

    fn rerouted(&self, mut piece: Piece) -> Piece {
        let here = piece.link.local && !self.packet.is_answer();
        piece.passing.way = if here { Way::Loopback(self.policy.interfaces.class_of("lo")) } else { Way::Anew };
        piece
    }

    /// From here on the packet has its translated destination; an answer has its client's address again. A packet of a
    /// translated connection that tracking did not see keeps its addresses, and is lost.
    fn with_destination(&mut self, pieces: Vec<Piece>) -> Vec<Piece> {
        let translated = |p: &Piece| !p.link.src.is_same() || p.link.local || p.link.moves_destination();
        let mut onward = Vec::with_capacity(pieces.len());
        for mut piece in pieces {
            match piece.passing.untracked_by {
                Some(at) if translated(&piece) => {
                    let by = self.here(at);
                    self.end(piece.set, Fate::Denied(Denial::Silent), by);
                }
                _ => {
                    piece.passing.destination_applied = piece.passing.tracked;
                    onward.push(piece);
                }
            }
        }
        onward
    }
}

/// From here on the packet has its translated source; an answer comes again from whom the client asked.
fn with_source(pieces: Vec<Piece>) -> Vec<Piece> {
    let applied = |mut piece: Piece| {
        piece.passing.source_applied = piece.passing.tracked;
        piece
    };
    pieces.into_iter().map(applied).collect()
}

/// What a translation makes of a piece: pieces with their new links, or conversations whose packet is lost: an answer
/// that counts as a first packet is sent astray, and a later packet of TCP does not come from whom the first one came.
pub(super) fn translated(
    translation: &Translation,
    piece: Piece,
    packet: PacketOfConversation,
    hook: Hook,
) -> Vec<Result<Piece, (PacketSet, Fate)>> {
    if *translation == Translation::None {
        return vec![Ok(piece)];
    }
    if packet.is_answer() {
        return vec![Err((piece.set, Fate::Denied(Denial::Silent)))];
    }
    let pieces = match translation {
        Translation::None => vec![piece],
        Translation::Destination { addresses, ports, local } => {
            let moved = changed(piece, Field::Dst, addresses.as_ref(), |link| &mut link.dst);
            let moved = moved.into_iter().map(|mut p| {
                let elsewhere = !p.link.dst.is_same();
                p.link.local = *local && elsewhere;
                p.link.way_out_unknown = elsewhere;
                p
            });
            moved.flat_map(|p| changed(p, Field::DstPort, ports.as_ref(), |link| &mut link.dport)).collect()
        }
        Translation::Redirect { ports } => {
            let mut here = piece;
            here.link.dst = Rewrite::Unknown;
            here.link.local = true;
            here.link.way_out_unknown = true;
            changed(here, Field::DstPort, ports.as_ref(), |link| &mut link.dport)
        }
        Translation::Source { addresses: None, ports } => {
            let mut here = piece;
            here.link.src = Rewrite::Unknown;
            changed(here, Field::SrcPort, ports.as_ref(), |link| &mut link.sport)
        }
        Translation::Source { addresses, ports } => {
            let moved = changed(piece, Field::Src, addresses.as_ref(), |link| &mut link.src);
            moved.into_iter().flat_map(|p| changed(p, Field::SrcPort, ports.as_ref(), |link| &mut link.sport)).collect()
        }
        Translation::Network { network, host_mask } => network_exchanged(piece, *network, *host_mask),
    };
    let known = |piece: Piece| match from_another(&piece, packet, hook) {
        Some(fate) => Err((piece.set, fate)),
        None => Ok(piece),
    };
    pieces.into_iter().map(known).collect()
}

/// What becomes of a packet that does not come from whom the first one came. MASQUERADE on the machine itself may give
/// it the address that it has.
fn from_another(piece: &Piece, packet: PacketOfConversation, hook: Hook) -> Option<Fate> {
    let of_tcp = piece.set.values(Field::Proto).only() == Some(TCP.into());
    if packet.leg != Leg::Later || !of_tcp || !piece.link.moves_source() {
        return None;
    }
    let perhaps = hook == Hook::Output && piece.link.src == Rewrite::Unknown;
    Some(if perhaps { Fate::Unknown } else { Fate::Denied(Denial::Silent) })
}

/// Sets what became of a field, apart from the conversations in which it became itself.
fn changed(
    piece: Piece,
    field: Field,
    to: Option<&IntervalSet>,
    slot: impl Fn(&mut Link) -> &mut Rewrite,
) -> Vec<Piece> {
    let Some(to) = to else { return vec![piece] };
    let stays = to.only().map_or_else(IntervalSet::empty, IntervalSet::single);
    let same = piece.set.clone().with(field, &stays);
    let family = piece.set.family();
    let mut other = piece.clone();
    other.set = piece.set.clone().with(field, &stays.complement(field.max(family)));
    *slot(&mut other.link) = Rewrite::one_of(to);
    let mut unchanged = piece;
    unchanged.set = same;
    [other, unchanged].into_iter().filter(|p| !p.set.is_empty()).collect()
}

/// The most networks of the old addresses that are told apart; above, only the new network is known.
const MAX_NETWORKS: usize = 64;

fn network_exchanged(piece: Piece, network: u128, host_mask: u128) -> Vec<Piece> {
    let source = piece.passing.destination_applied;
    let field = if source { Field::Src } else { Field::Dst };
    let mut pieces = Vec::new();
    let mut rest = piece;
    let mut apart = |rest: &mut Piece, from: u128, became: Rewrite| {
        let old = IntervalSet::range(from, from | host_mask);
        let mut moved = rest.clone();
        moved.set = rest.set.clone().with(field, &old);
        set_moved(&mut moved.link, source, became);
        pieces.extend((!moved.set.is_empty()).then_some(moved));
        rest.set = rest.set.clone().with(field, &old.complement(field.max(rest.set.family())));
    };
    // What is in the new network already stays what it is, however many other networks there are.
    apart(&mut rest, network, Rewrite::Same);
    for _ in 0..MAX_NETWORKS {
        let Some(lowest) = rest.set.values(field).lowest() else { return pieces };
        let from = lowest & !host_mask;
        apart(&mut rest, from, Rewrite::Moved { from, to: network });
    }
    if !rest.set.is_empty() {
        set_moved(&mut rest.link, source, Rewrite::one_of(&IntervalSet::range(network, network | host_mask)));
        pieces.push(rest);
    }
    pieces
}

fn set_moved(link: &mut Link, source: bool, became: Rewrite) {
    if source {
        link.src = became;
    } else {
        link.way_out_unknown = became != Rewrite::Same;
        link.dst = became;
    }
}
