//! States of connection tracking as values of `Field::State`.
//!
//! A value is `state + 8 * translated destination + 16 * translated source`, as `--ctstate` sees a packet
//! (iptables-extensions(8), conntrack).

use crate::space::IntervalSet;

/// What connection tracking says of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CtState {
    /// The first packet of a connection, or a further one before any answer.
    New = 0,
    /// A packet of a connection that has been answered, or the answer.
    Established = 1,
    /// The first packet of a connection that another one announced.
    Related = 2,
    /// Belongs to no connection that tracking knows.
    Invalid = 3,
    /// Taken out of tracking.
    Untracked = 4,
}

/// Set in a value when the connection's destination is translated.
pub const DESTINATION_TRANSLATED: u128 = 8;
/// Set in a value when the connection's source is translated.
pub const SOURCE_TRANSLATED: u128 = 16;

impl CtState {
    /// The value of `Field::State` for a packet of a connection with or without translations.
    pub fn value(self, destination_translated: bool, source_translated: bool) -> u128 {
        let has_connection = !matches!(self, CtState::Invalid | CtState::Untracked);
        self as u128
            + if has_connection && destination_translated { DESTINATION_TRANSLATED } else { 0 }
            + if has_connection && source_translated { SOURCE_TRANSLATED } else { 0 }
    }
}

/// Sets of `Field::State` values for the words of `--ctstate`.
pub mod states {
    use super::{CtState, DESTINATION_TRANSLATED, IntervalSet, SOURCE_TRANSLATED};

    /// Packets in this state, translated or not.
    pub fn of(state: CtState) -> IntervalSet {
        values(|v| v & 7 == state as u128)
    }

    /// Packets of connections whose destination is translated (`DNAT`).
    pub fn destination_translated() -> IntervalSet {
        values(|v| v & DESTINATION_TRANSLATED != 0)
    }

    /// Packets of connections whose source is translated (`SNAT`).
    pub fn source_translated() -> IntervalSet {
        values(|v| v & SOURCE_TRANSLATED != 0)
    }

    /// Packets that belong to a connection at all.
    pub fn tracked() -> IntervalSet {
        [CtState::New, CtState::Established, CtState::Related]
            .map(of)
            .iter()
            .fold(IntervalSet::empty(), |a, b| a.union(b))
    }

    fn values(keep: impl Fn(u128) -> bool) -> IntervalSet {
        IntervalSet::from_ranges((0..32).filter(|v| keep(*v)).map(|v| (v, v)))
    }
}

/// The state of a packet that belongs to no known connection. Checked in a kernel (6.18); for TCP, PSH, URG and the
/// ECN bits do not matter, and a lone ACK is taken up as NEW (`nf_conntrack_tcp_loose` = 1, the default).
pub fn lone_packet_state(proto: u8, flags: u8, icmp_type: u8) -> CtState {
    const FIN: u8 = 1;
    const SYN: u8 = 2;
    const RST: u8 = 4;
    const ACK: u8 = 16;
    match proto {
        6 => match flags & (FIN | SYN | RST | ACK) {
            SYN | ACK => CtState::New,
            _ => CtState::Invalid,
        },
        1 if matches!(icmp_type, 8 | 13 | 15 | 17) => CtState::New,
        1 => CtState::Invalid,
        58 => match icmp_type {
            128 => CtState::New,
            130..=136 | 143 => CtState::Untracked,
            _ => CtState::Invalid,
        },
        _ => CtState::New,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_packets_have_the_states_that_the_kernel_gives_them() {
        let tcp = |flags| lone_packet_state(6, flags, 0);
        assert_eq!([2, 16, 2 | 8, 16 | 8].map(tcp), [CtState::New; 4]);
        assert_eq!([18, 4, 1, 17, 3, 0].map(tcp), [CtState::Invalid; 6]);
        let v4 = |t| lone_packet_state(1, 0, t);
        assert_eq!([8, 13, 15, 17].map(v4), [CtState::New; 4]);
        assert_eq!([0, 3, 11, 30].map(v4), [CtState::Invalid; 4]);
        let v6 = |t| lone_packet_state(58, 0, t);
        assert_eq!(v6(128), CtState::New);
        assert_eq!([130, 133, 134, 135, 136, 143].map(v6), [CtState::Untracked; 6]);
        assert_eq!([1, 129, 137].map(v6), [CtState::Invalid; 3]);
        assert_eq!(lone_packet_state(17, 0, 0), CtState::New);
        assert_eq!(lone_packet_state(47, 0, 0), CtState::New);
    }

    #[test]
    fn packets_outside_connections_have_no_translations() {
        assert!(!states::destination_translated().contains(CtState::Invalid.value(true, true)));
        assert!(states::destination_translated().contains(CtState::Established.value(true, false)));
        assert!(states::of(CtState::New).contains(CtState::New.value(true, true)));
        assert!(!states::tracked().contains(CtState::Untracked.value(false, false)));
    }
}
