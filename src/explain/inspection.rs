//! Findings about what stands around the flows: the inspection of DNS, and with it all others of this kind.

use super::words::address_list;
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::policy::{Inspection, TCP, UDP};
use crate::report::RuleSet;
use crate::source::Sources;
use crate::space::{Family, Field, IntervalSet, PacketSet, prefixes};
use crate::verify::Verdict;
use ipnet::IpNet;

/// The findings about the inspection and the timeouts of required DNS, and about what the firewall's own rules do to
/// neighbour discovery.
pub fn surroundings(bases: &[&RuleBase], rule_set: &RuleSet<'_>, sources: &Sources) -> Vec<Finding> {
    let mut all: Vec<Finding> = bases.iter().filter_map(|base| super::neighbours::finding(base)).collect();
    all.extend(super::timeouts::findings(bases, rule_set));
    all.extend(inspections(bases, rule_set, sources));
    all
}

/// One finding for each line that inspects required DNS which the rules permit.
fn inspections(bases: &[&RuleBase], rule_set: &RuleSet<'_>, sources: &Sources) -> Vec<Finding> {
    let mut found: Vec<Inspected<'_>> = Vec::new();
    for base in bases {
        let wanted = required_dns(rule_set, base.policy.family);
        let wanted = wanted.with(Field::DstPort, &IntervalSet::single(53));
        for by in &base.topology.inspected {
            let taken = wanted.intersect(&by.packets);
            if taken.is_empty() {
                continue;
            }
            let spared = !wanted.subtract(&by.packets).is_empty() && by.list.is_some();
            match found.iter_mut().find(|f| f.by.span == by.span) {
                Some(same) => same.add(taken, spared),
                None => found.push(Inspected { by, taken: vec![taken], spared }),
            }
        }
    }
    found.iter().map(|inspected| inspected.finding(sources)).collect()
}

/// The DNS that is required and that the rules permit.
pub(super) fn required_dns(rule_set: &RuleSet<'_>, family: Family) -> PacketSet {
    let mut all = PacketSet::empty(family);
    let results =
        rule_set.results.iter().filter(|r| r.requirement.service == "dns" && !super::cause::is_test(r.requirement));
    let judgements = results.flat_map(|r| &r.judgements).filter(|(policy, _)| policy.family == family);
    for block in judgements.flat_map(|(_, j)| &j.blocks).filter(|b| b.verdict == Verdict::Permitted) {
        all.add_all(&block.judged);
    }
    all
}

/// A class that inspects required DNS.
struct Inspected<'a> {
    by: &'a Inspection,
    taken: Vec<PacketSet>,
    /// Does its list exempt a part of the required DNS?
    spared: bool,
}

impl Inspected<'_> {
    fn add(&mut self, taken: PacketSet, spared: bool) {
        self.taken.push(taken);
        self.spared |= spared;
    }

    fn finding(&self, sources: &Sources) -> Finding {
        let (code, message, help) = match &self.by.list {
            Some(list) if self.spared => {
                let message = "the exemption of the resolvers from DNS inspection is incomplete";
                (Code::DnsInspectionExemption, message, self.missing(list))
            }
            list => {
                let message = "DNS to the resolvers is inspected, which drops encrypted and long messages on port 53";
                let help = list.as_ref().map_or_else(|| self.new_class(sources), |list| self.missing(list));
                (Code::DnsInspection, message, help)
            }
        };
        let label = format!("the class `{}` of the policy map `{}` takes it", self.by.class, self.by.policy);
        let each =
            self.taken.iter().flat_map(|set| [(UDP, "UDP"), (TCP, "TCP")].map(|(proto, name)| (set, proto, name)));
        let inspected = each.filter_map(|(set, proto, name)| {
            let to = destinations(set, proto);
            (!to.is_empty()).then(|| format!("inspected: {name} 53 to {}", address_list(set.family(), &to)))
        });
        inspected.fold(Finding::new(code, message).at(self.by.span, label).help(help), Finding::note)
    }

    /// The entries that exempt what is still inspected; `deny` exempts.
    fn missing(&self, list: &str) -> String {
        let lines = self.exemptions().into_iter().enumerate();
        let lines =
            lines.map(|(at, what)| format!("access-list {list} line {} extended deny {what} eq domain", at + 1));
        format!("exempt the resolvers at the head of the list `{list}`:\n{}", lines.collect::<Vec<_>>().join("\n"))
    }

    fn exemptions(&self) -> Vec<String> {
        let each = self.taken.iter().flat_map(|set| [UDP, TCP].map(|proto| (set, proto)));
        let terms = each.flat_map(|(set, proto)| {
            let name = if proto == UDP { "udp" } else { "tcp" };
            let to = prefixes(set.family(), &destinations(set, proto));
            to.into_iter().map(move |prefix| format!("{name} any {}", crate::fix::asa_term(&prefix)))
        });
        super::words::once(terms)
    }

    /// A class of its own, whose list exempts the resolvers.
    fn new_class(&self, sources: &Sources) -> String {
        let Inspection { policy, class, span, .. } = self.by;
        let resolvers: Vec<IpNet> =
            super::words::once(self.taken.iter().flat_map(|set| prefixes(set.family(), &set.values(Field::Dst))));
        let members: Vec<String> =
            resolvers.iter().map(|p| format!(" network-object {}", crate::fix::asa_term(p))).collect();
        let inspect = sources.slice(*span).trim();
        let without = format!("no {}", inspect.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
        format!(
            "exempt the resolvers in a class of their own, and take `inspect dns` out of the other class:
object-group network OPENDNS
{}
access-list DNS-INSPECT extended deny udp any object-group OPENDNS eq domain
access-list DNS-INSPECT extended deny tcp any object-group OPENDNS eq domain
access-list DNS-INSPECT extended permit udp any any eq domain
access-list DNS-INSPECT extended permit tcp any any eq domain
class-map DNS-INSPECT
 match access-list DNS-INSPECT
policy-map {policy}
 class {class}
  {without}
 class DNS-INSPECT
  {inspect}",
            members.join("\n")
        )
    }
}

fn destinations(set: &PacketSet, proto: u8) -> IntervalSet {
    set.clone().with(Field::Proto, &IntervalSet::single(proto.into())).values(Field::Dst)
}
