//! Timeouts of UDP that are far above what DNS needs.

use super::inspection::required_dns;
use super::words::once;
use crate::finding::{Code, Finding};
use crate::fix::asa_term;
use crate::format::RuleBase;
use crate::policy::{UDP, UdpTimeout};
use crate::report::RuleSet;
use crate::space::{Field, IntervalSet, prefixes};
use ipnet::IpNet;

/// From this number of seconds on a timeout is told. The vendor advises 10 to 15, and calls 30 to 60 much too high (Cisco
/// 224783).
const FAR_ABOVE: u32 = 30;
/// What is proposed.
const ADVISED: &str = "10 to 15 seconds";

/// One finding for each line that keeps required UDP far longer than DNS needs.
pub(super) fn findings(bases: &[&RuleBase], rule_set: &RuleSet<'_>) -> Vec<Finding> {
    let mut found: Vec<(&UdpTimeout, Vec<IpNet>)> = Vec::new();
    for base in bases {
        let family = base.policy.family;
        let mut rest = required_dns(rule_set, family).with(Field::Proto, &IntervalSet::single(UDP.into()));
        for timeout in &base.topology.udp_timeouts {
            let kept = rest.intersect(&timeout.packets);
            rest = rest.subtract(&timeout.packets);
            if kept.is_empty() || timeout.seconds.is_some_and(|seconds| seconds < FAR_ABOVE) {
                continue;
            }
            let resolvers = prefixes(family, &kept.values(Field::Dst));
            match found.iter_mut().find(|(other, _)| other.span == timeout.span) {
                Some((_, all)) => all.extend(resolvers),
                None => found.push((timeout, resolvers)),
            }
        }
    }
    found.into_iter().map(|(timeout, resolvers)| finding(rule_set, timeout, &once(resolvers))).collect()
}

fn finding(rule_set: &RuleSet<'_>, timeout: &UdpTimeout, resolvers: &[IpNet]) -> Finding {
    let kept = timeout.seconds.map_or_else(|| "for ever".to_owned(), |seconds| format!("for {seconds} seconds"));
    let is_asa = rule_set.file(timeout.span.source).is_some_and(|file| file.format == "asa");
    let help = if is_asa { class_of_its_own(resolvers) } else { format!("lower it to {ADVISED}") };
    Finding::new(Code::UdpTimeout, format!("UDP to the resolvers is kept {kept}, DNS needs {ADVISED}"))
        .at(timeout.span, "counted from the last packet")
        .help(help)
        .note("each question is an entry of its own: with many clients, ports and entries run out")
}

/// The timeout of an ASA cannot be under a minute; that of a class can.
fn class_of_its_own(resolvers: &[IpNet]) -> String {
    let entries: Vec<String> = resolvers
        .iter()
        .map(|prefix| format!("access-list DNS-TIMEOUT extended permit udp any {}", asa_term(prefix)))
        .collect();
    format!(
        "lower it to {ADVISED} for the resolvers alone, in a class of their own:\n{}\nclass-map DNS-TIMEOUT\n match \
         access-list DNS-TIMEOUT\npolicy-map global_policy\n class DNS-TIMEOUT\n  set connection timeout idle 0:00:15",
        entries.join("\n")
    )
}
