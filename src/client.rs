//! What the client will show, from verdicts (Cisco 224762 and others, see docs).

use crate::space::{Family, PacketSet};

/// What the client will show on a part of the client networks.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// The rule set.
    pub rule_set: String,
    /// IPv4 and IPv6 run separately.
    pub family: Family,
    /// `dns` or `swg`.
    pub service: String,
    /// The regions that it speaks of; empty for DNS.
    pub regions: Vec<String>,
    /// The clients that it speaks of, as sources of a set.
    pub from: PacketSet,
    /// As the client words it: `Unprotected`.
    pub state: &'static str,
    /// False when it cannot be told.
    pub certain: bool,
}

/// What the client will show, from the verdicts on the flows of one rule set.
pub fn predict(_rule_set: &str, _results: &[crate::report::FlowResult<'_>]) -> Vec<Prediction> {
    Vec::new()
}
