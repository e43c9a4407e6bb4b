//! What the client will show, from verdicts.
//!
//! The client probes the resolvers on UDP 443 and then on UDP 53, for IPv4 and IPv6 apart, and its state follows from
//! the first that answers (Cisco 224762, "IPv4 and IPv6 DNS protection status"). Web protection needs TCP 443 to the
//! data centre that a DNS answer names. What no source says is not predicted: nothing follows for the client from an
//! open web flow, or from TCP 80 alone being closed.

mod paths;
#[cfg(test)]
mod tests;

use crate::report::FlowResult;
use crate::space::{Family, Field, IntervalSet, PacketSet};
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

/// What the client will show, from the verdicts on the flows of one rule set: DNS first, IPv4 first. Clients of one
/// service and family are parted by what they will see; no client is in two parts about the same regions.
pub fn predict(rule_set: &str, results: &[FlowResult<'_>]) -> Vec<Prediction> {
    let each = |of: fn(&Speaker<'_>, &[FlowResult<'_>]) -> Vec<Prediction>| {
        Family::BOTH.into_iter().flat_map(move |family| of(&Speaker { rule_set, family }, results))
    };
    each(dns).chain(each(web)).collect()
}

/// Words predictions about one family of a rule set.
struct Speaker<'a> {
    rule_set: &'a str,
    family: Family,
}

impl Speaker<'_> {
    fn say(
        &self,
        service: &str,
        state: &'static str,
        from: &IntervalSet,
        regions: &[Option<&str>],
    ) -> Option<Prediction> {
        (!from.is_empty()).then(|| Prediction {
            rule_set: self.rule_set.to_owned(),
            family: self.family,
            service: service.to_owned(),
            regions: regions.iter().flatten().map(|region| (*region).to_owned()).collect(),
            from: PacketSet::full(self.family).with(Field::Src, from),
            state,
            certain: state != CANNOT_TELL,
        })
    }
}

/// The results on a flow of the shipped catalogues; test vectors are not what clients use.
fn of_flow<'a, 'r>(results: &'r [FlowResult<'a>], flow: &str) -> impl Iterator<Item = &'r FlowResult<'a>> {
    results.iter().filter(move |r| r.requirement.flow == flow && !r.is_test_vector())
}

/// Both probes must have been judged: with one of them left out, nothing follows.
fn dns(speaker: &Speaker<'_>, results: &[FlowResult<'_>]) -> Vec<Prediction> {
    let probe = |flow| of_flow(results, flow).find_map(|r| Paths::of(r, speaker.family));
    let (Some(secure), Some(plain)) = (probe("dns-udp-443"), probe("dns-udp-53")) else { return Vec::new() };
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
    parts.iter().filter_map(|(state, from)| speaker.say("dns", state, from, &[])).collect()
}

/// Clients that see the same regions closed, or perhaps closed.
struct Part<'a> {
    from: IntervalSet,
    closed: Vec<Option<&'a str>>,
    unknown: Vec<Option<&'a str>>,
}

fn web<'r>(speaker: &Speaker<'_>, results: &'r [FlowResult<'_>]) -> Vec<Prediction> {
    let of_region = |r: &'r FlowResult<'_>| Some((r.requirement.region.as_deref(), Paths::of(r, speaker.family)?));
    let regions: Vec<(Option<&str>, Paths)> = of_flow(results, "swg-https").filter_map(of_region).collect();
    let everyone = union(regions.iter().map(|(_, paths)| paths.from()));
    let reached = union(regions.iter().map(|(_, paths)| paths.open_from().union(&paths.unknown_from())));
    let names: Vec<Option<&str>> = regions.iter().map(|(name, _)| *name).collect();
    let mut said: Vec<Prediction> =
        speaker.say("swg", UNAVAILABLE, &everyone.subtract(&reached), &names).into_iter().collect();
    for part in parts(&regions, &everyone.intersect(&reached)) {
        let there = (!part.closed.is_empty()).then_some((UNAVAILABLE_THERE, &part.closed));
        let perhaps = (!part.unknown.is_empty()).then_some((CANNOT_TELL, &part.unknown));
        let spoken = there.into_iter().chain(perhaps);
        said.extend(spoken.filter_map(|(state, regions)| speaker.say("swg", state, &part.from, regions)));
    }
    said
}

fn union(sets: impl Iterator<Item = IntervalSet>) -> IntervalSet {
    sets.fold(IntervalSet::empty(), |all, set| all.union(&set))
}

/// Parts the clients by the regions of which some address is closed to them, or perhaps closed.
fn parts<'a>(regions: &[(Option<&'a str>, Paths)], from: &IntervalSet) -> Vec<Part<'a>> {
    let mut parts = vec![Part { from: from.clone(), closed: Vec::new(), unknown: Vec::new() }];
    for (name, paths) in regions {
        let closed = paths.closed_from();
        let unknown = paths.unknown_from().subtract(&closed);
        let open = from.subtract(&closed).subtract(&unknown);
        parts = parts
            .iter()
            .flat_map(|part| {
                [
                    part.within(&closed, Some(*name), None),
                    part.within(&unknown, None, Some(*name)),
                    part.within(&open, None, None),
                ]
            })
            .filter(|part| !part.from.is_empty())
            .collect();
    }
    parts
}

impl<'a> Part<'a> {
    fn within(
        &self,
        clients: &IntervalSet,
        closed: Option<Option<&'a str>>,
        unknown: Option<Option<&'a str>>,
    ) -> Part<'a> {
        let with = |list: &[Option<&'a str>], one: Option<Option<&'a str>>| list.iter().copied().chain(one).collect();
        Part {
            from: self.from.intersect(clients),
            closed: with(&self.closed, closed),
            unknown: with(&self.unknown, unknown),
        }
    }
}
