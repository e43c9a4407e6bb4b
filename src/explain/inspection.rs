//! Findings about what stands around the flows: inspection and timeouts that the reader of a format noticed, and what
//! IPv6 itself needs.

use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::policy::Statement;

type Make = fn(&Statement) -> Finding;

/// What a statement is about, by words of its sentence.
const SUBJECTS: &[(&str, Make)] = &[("dns inspection", inspection), ("udp timeout", udp_timeout)];

/// The findings that the readers' statements ask for, each once for all families, and what the firewall's own rules do
/// to neighbour discovery.
pub fn surroundings(bases: &[RuleBase]) -> Vec<Finding> {
    let mut all: Vec<Finding> = bases.iter().filter_map(super::neighbours::finding).collect();
    for statement in bases.iter().flat_map(|base| &base.topology.statements) {
        let text = statement.text.to_lowercase();
        let Some((_, make)) = SUBJECTS.iter().find(|(words, _)| text.contains(words)) else { continue };
        let finding = statement.spans.iter().fold(make(statement), |finding, span| finding.at(*span, ""));
        if !all.contains(&finding) {
            all.push(finding);
        }
    }
    all
}

/// What to write so that the resolvers are not inspected: in the list of an inspecting class, `deny` exempts.
const EXEMPTION: &str = "exempt the resolvers in a class of their own, and take `inspect dns` out of the other class:
object-group network OPENDNS
 network-object host 208.67.222.222
 network-object host 208.67.220.220
access-list DNS-INSPECT extended deny udp any object-group OPENDNS eq domain
access-list DNS-INSPECT extended deny tcp any object-group OPENDNS eq domain
access-list DNS-INSPECT extended permit udp any any eq domain
access-list DNS-INSPECT extended permit tcp any any eq domain
class-map DNS-INSPECT
 match access-list DNS-INSPECT
policy-map global_policy
 class inspection_default
  no inspect dns
 class DNS-INSPECT
  inspect dns";

fn inspection(statement: &Statement) -> Finding {
    let partly = statement.text.contains("exemption");
    let code = if partly { Code::DnsInspectionExemption } else { Code::DnsInspection };
    let message = if partly {
        "the exemption of the resolvers from DNS inspection is incomplete"
    } else {
        "DNS to the resolvers is inspected, which drops encrypted and long messages on port 53"
    };
    Finding::new(code, message).note(statement.text.clone()).help(EXEMPTION)
}

fn udp_timeout(statement: &Statement) -> Finding {
    Finding::new(Code::UdpTimeout, "UDP connections are kept far longer than DNS needs")
        .note(statement.text.clone())
        .help("lower the timeout for DNS to the resolvers, to 10 to 15 seconds, in a class of its own")
}
