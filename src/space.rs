//! Exact sets of packets. Nothing here knows about firewalls.
//!
//! A [`Cube`] is a product of [`IntervalSet`]s, one for each [`Field`] that it constrains; a [`PacketSet`] is a union
//! of pairwise disjoint cubes. Set-valued cubes keep a negation, a list of ports or an address list as one piece.

mod cube;
mod field;
mod interval;
mod packet_set;
mod prefix;

pub use cube::{Cube, Packet};
pub use field::{Family, Field};
pub use interval::{Interval, IntervalSet};
pub use packet_set::PacketSet;
pub use prefix::{address, addresses, prefixes, widened};
