//! The dimensions of the space.

use serde::{Deserialize, Serialize};

/// IPv4 or IPv6. The two never meet in one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Family {
    /// IPv4: addresses are 32 bits.
    #[serde(rename = "ipv4")]
    V4,
    /// IPv6: addresses are 128 bits.
    #[serde(rename = "ipv6")]
    V6,
}

impl Family {
    /// Both, in the order of reports.
    pub const BOTH: [Family; 2] = [Family::V4, Family::V6];

    /// Bits of an address.
    pub const fn bits(self) -> u32 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }

    /// The highest address.
    pub const fn max_address(self) -> u128 {
        match self {
            Family::V4 => u32::MAX as u128,
            Family::V6 => u128::MAX,
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        })
    }
}

/// A property of a packet that a rule can ask for. Values are unsigned integers from 0 to [`Field::max`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// The interface by which it entered: a number of the policy's `Interfaces`.
    InIface,
    /// The interface by which it leaves.
    OutIface,
    /// Source address as an integer.
    Src,
    /// Destination address.
    Dst,
    /// Protocol number (IANA "Assigned Internet Protocol Numbers").
    Proto,
    /// Source port of TCP, UDP, SCTP, DCCP, UDP-Lite; no meaning for other protocols.
    SrcPort,
    /// Destination port.
    DstPort,
    /// ICMP or ICMPv6 type and code: `type * 256 + code`.
    Icmp,
    /// The six flag bits of TCP: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32 (RFC 9293, section 3.1).
    TcpFlags,
    /// State of connection tracking, see `policy::state`.
    State,
    /// Source address of the connection's first packet, before any translation.
    OrigSrc,
    /// Destination address of the connection's first packet, before any translation.
    OrigDst,
    /// Source port of the connection's first packet.
    OrigSrcPort,
    /// Destination port of the connection's first packet.
    OrigDstPort,
    /// Source address that the connection's answers have.
    ReplySrc,
    /// Destination address that the connection's answers have.
    ReplyDst,
    /// Direction within the connection: 0 as the first packet, 1 as its answer.
    Direction,
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = 17;

    /// The highest value of the field.
    pub const fn max(self, family: Family) -> u128 {
        match self {
            Field::Src | Field::Dst | Field::OrigSrc | Field::OrigDst | Field::ReplySrc | Field::ReplyDst => {
                family.max_address()
            }
            Field::SrcPort | Field::DstPort | Field::OrigSrcPort | Field::OrigDstPort | Field::Icmp => 0xffff,
            Field::InIface | Field::OutIface => u32::MAX as u128,
            Field::Proto => 0xff,
            Field::TcpFlags => 0x3f,
            Field::State => 0x1f,
            Field::Direction => 1,
        }
    }
}
