//! What the client will show, from verdicts.
//!
//! The client probes the resolvers on UDP 443 and then on UDP 53, for IPv4 and IPv6 apart, and its state follows from
//! the first that answers (Cisco 224762, "IPv4 and IPv6 DNS protection status"). Web protection needs TCP 443 to the
//! data centre that a DNS answer names. What no source says is not predicted: nothing follows for the client from an
//! open web flow, or from TCP 80 alone being closed.

mod evidence;
mod paths;
#[cfg(test)]
mod tests;

pub use evidence::Evidence;

use crate::policy::TCP;
use crate::report::FlowResult;
use crate::source::Span;
use crate::space::{Family, Field, IntervalSet, PacketSet};
use ipnet::IpNet;
use paths::Paths;

/// DNS protection is off: no probe gets through.
pub const UNPROTECTED: &str = "Unprotected";
/// DNS protection works over port 53 only.
pub const NOT_ENCRYPTED: &str = "Protected, not encrypted";
/// DNS protection works over port 443.
pub const ENCRYPTED: &str = "Protected, encrypted";
/// No data centre can be reached, and the client fails open.
pub const UNAVAILABLE: &str = "Cloud service unavailable";
/// Some data centres cannot be reached, and a DNS answer chooses the data centre.
pub const UNAVAILABLE_THERE: &str = "Cloud service unavailable when the DNS answer points there";
/// The verdicts do not say it.
pub const CANNOT_TELL: &str = "cannot tell";

/// The port of the web gateway that its state follows from.
const WEB: u16 = 443;

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
    /// What a capture at these clients shows, by port, in the order in which the client tries them. Of the web gateway
    /// only what does not pass.
    pub evidence: Vec<Evidence>,
    /// The servers that the evidence speaks of, in the order of the requirements.
    pub servers: Vec<IpNet>,
}

impl Prediction {
    /// Is everything as it should be?
    pub fn is_good(&self) -> bool {
        self.state == ENCRYPTED && self.evidence.iter().all(Evidence::is_good)
    }

    /// The line that decides, where the state is not what it should be.
    pub fn at(&self) -> Option<Span> {
        self.evidence.iter().filter(|evidence| !evidence.is_good()).find_map(|evidence| evidence.at)
    }
}

/// What the client will show, from the verdicts on the flows of one rule set: DNS first, IPv4 first. Clients of one
/// service and family are parted by what they will see; no client is in two parts about the same regions.
pub fn predict(rule_set: &str, results: &[FlowResult<'_>]) -> Vec<Prediction> {
    let each = |of: fn(&Speaker<'_>, &[FlowResult<'_>]) -> Vec<Prediction>| {
        Family::BOTH.into_iter().flat_map(move |family| of(&Speaker { rule_set, family }, results))
    };
    each(dns).chain(each(web)).collect()
}

/// A flow as the client uses it, on one port.
#[derive(Clone, Copy)]
struct Use<'r> {
    result: &'r FlowResult<'r>,
    port: u16,
}

/// Words predictions about one family of a rule set.
struct Speaker<'a> {
    rule_set: &'a str,
    family: Family,
}

impl Speaker<'_> {
    fn say(&self, service: &str, state: &'static str, from: &IntervalSet, uses: &[Use<'_>]) -> Option<Prediction> {
        if from.is_empty() {
            return None;
        }
        let (evidence, servers) = evidence::of(uses, self.family, from, service == "dns");
        Some(Prediction {
            rule_set: self.rule_set.to_owned(),
            family: self.family,
            service: service.to_owned(),
            regions: uses.iter().filter_map(|of| of.result.requirement.region.clone()).collect(),
            from: PacketSet::full(self.family).with(Field::Src, from),
            state,
            certain: state != CANNOT_TELL,
            evidence,
            servers,
        })
    }
}

/// Both probes must have been judged: with one of them left out, nothing follows.
fn dns(speaker: &Speaker<'_>, results: &[FlowResult<'_>]) -> Vec<Prediction> {
    let probe = |flow: &str, port| {
        let own = |result: &&FlowResult<'_>| result.requirement.flow == flow && !result.is_test_vector();
        let mut judged = results.iter().filter(own).map(|result| Use { result, port });
        judged.find_map(|of| Some((of, Paths::of(of, speaker.family)?)))
    };
    let (Some((on_443, secure)), Some((on_53, plain))) = (probe("dns-udp-443", 443), probe("dns-udp-53", 53)) else {
        return Vec::new();
    };
    let encrypted = secure.open_from();
    let perhaps_encrypted = secure.unknown_from().subtract(&encrypted);
    let rest = secure.from().union(&plain.from()).subtract(&encrypted).subtract(&perhaps_encrypted);
    let not_encrypted = rest.intersect(&plain.open_from());
    let rest = rest.subtract(&not_encrypted);
    let perhaps_protected = rest.intersect(&plain.unknown_from());
    let unprotected = rest.subtract(&perhaps_protected);
    let parts = [
        (UNPROTECTED, unprotected),
        (NOT_ENCRYPTED, not_encrypted),
        (ENCRYPTED, encrypted),
        (CANNOT_TELL, perhaps_encrypted.union(&perhaps_protected)),
    ];
    parts.iter().filter_map(|(state, from)| speaker.say("dns", state, from, &[on_443, on_53])).collect()
}

/// Flows to the web gateway on TCP 443, to a region or to all of it, with their paths.
type Gateway<'r> = (Use<'r>, Paths);

fn gateways<'r>(family: Family, results: &'r [FlowResult<'r>], test_vectors: bool) -> Vec<Gateway<'r>> {
    let is_web = |r: &&FlowResult<'_>| {
        let (of, port) = (r.requirement, |(low, high): &(u16, u16)| (*low..=*high).contains(&WEB));
        of.service == "swg" && of.proto == TCP && of.destination_ports.iter().any(port)
    };
    let chosen = results.iter().filter(is_web).filter(|r| r.is_test_vector() == test_vectors);
    let uses = chosen.map(|result| Use { result, port: WEB });
    uses.filter_map(|of| Some((of, Paths::of(of, family)?))).collect()
}

fn web(speaker: &Speaker<'_>, results: &[FlowResult<'_>]) -> Vec<Prediction> {
    let known = gateways(speaker.family, results, false);
    if known.is_empty() {
        // Addresses that are not sure enough to be required say nothing about those that clients are sent to.
        let unsure = gateways(speaker.family, results, true);
        let from = union(unsure.iter().map(|(_, paths)| paths.from()));
        return speaker.say("swg", CANNOT_TELL, &from, &[]).into_iter().collect();
    }
    let everyone = union(known.iter().map(|(_, paths)| paths.from()));
    let reached = union(known.iter().map(|(_, paths)| paths.open_from().union(&paths.unknown_from())));
    let uses: Vec<Use<'_>> = known.iter().map(|(of, _)| *of).collect();
    let mut said: Vec<Prediction> =
        speaker.say("swg", UNAVAILABLE, &everyone.subtract(&reached), &uses).into_iter().collect();
    for part in parts(&known, &everyone.intersect(&reached)) {
        let there = (!part.closed.is_empty()).then_some((UNAVAILABLE_THERE, &part.closed));
        let perhaps = (!part.unknown.is_empty()).then_some((CANNOT_TELL, &part.unknown));
        let spoken = there.into_iter().chain(perhaps);
        said.extend(spoken.filter_map(|(state, uses)| speaker.say("swg", state, &part.from, uses)));
    }
    said
}

fn union(sets: impl Iterator<Item = IntervalSet>) -> IntervalSet {
    sets.fold(IntervalSet::empty(), |all, set| all.union(&set))
}

/// Clients that see the same gateways closed, or perhaps closed.
struct Part<'r> {
    from: IntervalSet,
    closed: Vec<Use<'r>>,
    unknown: Vec<Use<'r>>,
}

/// Parts the clients by the gateways of which some address is closed to them, or perhaps closed.
fn parts<'r>(gateways: &[Gateway<'r>], from: &IntervalSet) -> Vec<Part<'r>> {
    let mut parts = vec![Part { from: from.clone(), closed: Vec::new(), unknown: Vec::new() }];
    for (of, paths) in gateways {
        let closed = paths.closed_from();
        let unknown = paths.unknown_from().subtract(&closed);
        let open = from.subtract(&closed).subtract(&unknown);
        parts = parts
            .iter()
            .flat_map(|part| {
                [
                    part.within(&closed, Some(*of), None),
                    part.within(&unknown, None, Some(*of)),
                    part.within(&open, None, None),
                ]
            })
            .filter(|part| !part.from.is_empty())
            .collect();
    }
    parts
}

impl<'r> Part<'r> {
    fn within(&self, clients: &IntervalSet, closed: Option<Use<'r>>, unknown: Option<Use<'r>>) -> Part<'r> {
        let with = |list: &[Use<'r>], one: Option<Use<'r>>| list.iter().copied().chain(one).collect();
        Part {
            from: self.from.intersect(clients),
            closed: with(&self.closed, closed),
            unknown: with(&self.unknown, unknown),
        }
    }
}
