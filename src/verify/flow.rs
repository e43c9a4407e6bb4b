//! From a requirement to its conversations, and from conversations to a judgement.

use super::Judgement;
use crate::policy::{IfaceId, Policy, Topology};
use crate::requirement::Requirement;
use crate::space::{IntervalSet, PacketSet};

/// Where the conversations of a rule base come from and go to, after flags and defaults were applied.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Addresses of clients.
    pub clients: Option<IntervalSet>,
    /// Interfaces by which clients enter, when the user names them.
    pub in_ifaces: Vec<IfaceId>,
    /// Interfaces by which flows leave, when the user names them.
    pub out_ifaces: Vec<IfaceId>,
}

/// The conversations of a required flow at a site: only those of the policy's family.
pub fn conversations(_requirement: &Requirement, _policy: &Policy, _topology: &Topology, _site: &Site) -> PacketSet {
    todo!()
}

/// What becomes of the conversations in a policy.
pub fn judge(_policy: &Policy, _conversations: &PacketSet) -> Judgement {
    todo!()
}
