//! What `fwproof ingress` prints. Catalogues come from others: every line is cleaned.

use super::basis::dated;
use super::{clean, words};
use crate::ingress::lookup::Hit;
use crate::ingress::{Catalogue, Change, Confidence, Date, Destination, FlowSpec, Region, Service, Target};
use crate::verify::Verdict;
use std::collections::BTreeSet;
use std::path::Path;

/// Services with their regions: counts, age and grade.
pub fn list(services: &[&Service], today: Date) -> String {
    services.iter().map(|service| one_service(service, today)).collect::<Vec<_>>().join("\n")
}

fn one_service(service: &Service, today: Date) -> String {
    let mut lines = vec![format!("{} ({}): {}", service.id, products(service), service.name)];
    lines.extend(service.flows.iter().map(|flow| format!("  {}", flow_line(flow))));
    if !service.destinations.is_empty() {
        lines.push(format!("  everywhere: {}", summary(&service.destinations, today)));
    }
    let width = service.regions.iter().map(|region| region.id.chars().count()).max().unwrap_or(0);
    for region in &service.regions {
        let served = if region.served_from.is_empty() { String::new() } else { served_from(region) };
        lines.push(format!("  {:width$}  {}{served}", region.id, summary(&region.destinations, today)));
    }
    if !service.related.is_empty() {
        lines.push(format!("  related, never judged: {}", summary(&service.related, today)));
    }
    cleaned(&lines)
}

fn products(service: &Service) -> String {
    service.products.iter().map(|product| product.name()).collect::<Vec<_>>().join(", ")
}

fn served_from(region: &Region) -> String {
    format!("; served from {}", region.served_from.join(", "))
}

/// `dns-udp-443: UDP 443, required, tried 1st`.
fn flow_line(flow: &FlowSpec) -> String {
    let proto = words::protocol_name(flow.proto).map_or_else(|| flow.proto.to_string(), str::to_ascii_uppercase);
    let port = |(low, high): &(u16, u16)| if low == high { low.to_string() } else { format!("{low}-{high}") };
    let ports = flow.ports.iter().map(port).collect::<Vec<_>>().join(", ");
    let order = flow.order.map_or_else(String::new, |order| format!(", number {order} in the client's order"));
    let group = flow.any_of.as_ref().map_or_else(String::new, |group| format!(", one of `{group}` is enough"));
    format!("{}: {} {}{order}{group}", flow.id, [proto, ports].join(" ").trim(), flow.level.name())
}

/// `2 IPv4, 1 IPv6, 1 name; medium 2, low 1; as of 2025-08-15, 139 days old to …`.
fn summary(destinations: &[Destination], today: Date) -> String {
    let count = |what: &str, is: &dyn Fn(&Destination) -> bool| {
        let number = destinations.iter().filter(|one| is(one)).count();
        (number > 0).then(|| format!("{number} {what}"))
    };
    let is_v4 = |one: &Destination| one.prefix().is_some_and(|net| net.addr().is_ipv4());
    let is_v6 = |one: &Destination| one.prefix().is_some_and(|net| net.addr().is_ipv6());
    let is_name = |one: &Destination| one.prefix().is_none();
    let kinds = [count("IPv4", &is_v4), count("IPv6", &is_v6), count("by name", &is_name)];
    let grades = Confidence::ALL.iter().map(|grade| count(grade.name(), &|one| one.provenance.confidence == *grade));
    let tests = count("test vectors", &|one| one.test_vector);
    let joined = |parts: &mut dyn Iterator<Item = Option<String>>| parts.flatten().collect::<Vec<_>>().join(", ");
    let mut parts = vec![joined(&mut kinds.into_iter()), joined(&mut grades.into_iter()), ages(destinations, today)];
    parts.extend(tests);
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
}

/// From the oldest to the newest.
fn ages(destinations: &[Destination], today: Date) -> String {
    let mut known: Vec<(u32, String)> = destinations
        .iter()
        .filter_map(|one| Some((one.provenance.as_of.age(today)?, dated(one.provenance.as_of, today))))
        .collect();
    known.sort();
    let undated = known.len() < destinations.len();
    match (known.last(), known.first()) {
        (Some(oldest), Some(newest)) => {
            let range = if oldest == newest { oldest.1.clone() } else { format!("{} to {}", oldest.1, newest.1) };
            if undated { range + ", some undated" } else { range }
        }
        _ if undated => "undated".to_owned(),
        _ => String::new(),
    }
}

/// Every address of some regions, with what is known of it.
pub fn regions(found: &[(&Service, &Region)], today: Date) -> String {
    let each = found.iter().map(|(service, region)| {
        let country = if region.country.is_empty() { String::new() } else { format!(", {}", region.country) };
        let aliases =
            if region.aliases.is_empty() { String::new() } else { format!(", also {}", region.aliases.join(", ")) };
        let mut lines = vec![format!("{} ({}): {}{country}{aliases}", service.id, products(service), region.name)];
        if !region.served_from.is_empty() {
            lines.push(format!("  no data centre of its own{}", served_from(region)));
        }
        lines.extend(service.flows.iter().map(|flow| format!("  {}", flow_line(flow))));
        lines.extend(region.destinations.iter().flat_map(|one| destination(one, today)));
        cleaned(&lines)
    });
    each.collect::<Vec<_>>().join("\n")
}

fn target(one: &Destination) -> String {
    match &one.target {
        Target::Prefix(net) => net.to_string(),
        Target::Name(name) => name.clone(),
    }
}

fn destination(one: &Destination, today: Date) -> Vec<String> {
    let known = &one.provenance;
    let test = if one.test_vector { "; test vector: shown, never required" } else { "" };
    let mut lines =
        vec![format!("  {}: {}, {}{test}", target(one), known.confidence.name(), dated(known.as_of, today))];
    let said = [&known.reason, &known.title, &known.reference];
    let said: Vec<&str> = said.iter().map(|text| text.as_str()).filter(|text| !text.is_empty()).collect();
    lines.push(format!("    {}", said.join("; ")));
    lines
}

/// Which flows and regions an address or a name belongs to.
pub fn hits(asked: &str, hits: &[Hit<'_>], today: Date) -> String {
    let is_known = hits.iter().any(|hit| !hit.is_related);
    let mut lines = Vec::new();
    if !is_known {
        lines.push(format!("no flow is known to go to {asked}"));
    }
    for hit in hits {
        lines.push(format!("{asked} {}", place(hit)));
        if !hit.is_related {
            lines.extend(hit.service.flows.iter().map(|flow| format!("  {}", flow_line(flow))));
        }
        lines.extend(destination(hit.destination, today));
    }
    cleaned(&lines)
}

fn place(hit: &Hit<'_>) -> String {
    let (service, products) = (hit.service, products(hit.service));
    if hit.is_related {
        return format!("lies in what is known of `{}` ({products}), and is not judged there", service.id);
    }
    let region = hit.region.map_or_else(String::new, |region| {
        let served = if region.served_from.is_empty() { String::new() } else { served_from(region) };
        format!(" in {} (region `{}`){served}", region.name, region.id)
    });
    format!("belongs to `{}` ({products}){region}", service.id)
}

/// What was added and removed.
pub fn change(change: &Change) -> String {
    let added = change.added.iter().map(|place| format!("  + {place}"));
    let removed = change.removed.iter().map(|place| format!("  - {place}"));
    let head = match (change.added.len(), change.removed.len()) {
        (0, 0) => "nothing was added or removed".to_owned(),
        (added, removed) => format!("{added} added, {removed} removed"),
    };
    cleaned(&std::iter::once(head).chain(added).chain(removed).collect::<Vec<_>>())
}

/// That a catalogue was written, and what it holds.
pub fn written(done: &str, path: &str, catalogue: &Catalogue) -> String {
    cleaned(&[format!("{done} {path}: {}", counts(catalogue))])
}

/// Why a catalogue was not updated, and what became of its file.
pub fn not_updated(name: &str, path: &Path, is_old: bool, message: &str) -> String {
    let kept = if is_old { "is kept as it was" } else { "was not written" };
    clean::lines(&format!("error: {name}: {message}\n`{}` {kept}\n", path.display())).into_owned()
}

/// One line about a catalogue that was looked through.
pub fn verified(name: &str, catalogue: Option<&Catalogue>, mistakes: usize) -> String {
    let mistakes = if mistakes == 0 { "no mistakes".to_owned() } else { words::counted(mistakes, "mistake") };
    let held = catalogue.map_or_else(|| "not a catalogue".to_owned(), counts);
    cleaned(&[format!("{name}: {held}; {mistakes}")])
}

fn counts(catalogue: &Catalogue) -> String {
    let regions: BTreeSet<&str> = catalogue.services.iter().flat_map(|s| &s.regions).map(|r| r.id.as_str()).collect();
    let each = || catalogue.services.iter().flat_map(Service::all_destinations).map(|(_, one)| one);
    let nets = each().filter(|one| one.prefix().is_some()).count();
    let names = each().count() - nets;
    let parts = [
        words::counted(catalogue.services.len(), "service"),
        words::counted(regions.len(), "region"),
        words::counted(nets, "network"),
        words::counted(names, "host name"),
    ];
    parts.into_iter().filter(|part| !part.starts_with("0 ")).collect::<Vec<_>>().join(", ")
}

/// A flow whose verdict a new catalogue changes; nothing for one that is not required on that side.
pub struct VerdictChange {
    /// The rule set.
    pub rule_set: String,
    /// The requirement.
    pub requirement: String,
    /// With the data of now.
    pub before: Option<Verdict>,
    /// With the new data.
    pub after: Option<Verdict>,
    /// Is it a flow that decides the exit code?
    pub is_required: bool,
}

impl VerdictChange {
    /// Would a required flow that is permitted now, or is not asked for, not be permitted?
    pub fn is_worse(&self) -> bool {
        let was_well = self.before.is_none_or(|before| before == Verdict::Permitted);
        self.is_required && was_well && self.after.is_some_and(|after| after != Verdict::Permitted)
    }
}

/// Which verdicts would change.
pub fn verdict_changes(changes: &[VerdictChange]) -> String {
    if changes.is_empty() {
        return "no verdict would change\n".to_owned();
    }
    let name = |verdict: Option<Verdict>| verdict.map_or("not asked", Verdict::name);
    let line =
        |c: &VerdictChange| format!("  {}: {}: {} -> {}", c.rule_set, c.requirement, name(c.before), name(c.after));
    let head = format!("{} would change", words::counted(changes.len(), "verdict"));
    cleaned(&std::iter::once(head).chain(changes.iter().map(line)).collect::<Vec<_>>())
}

fn cleaned(lines: &[String]) -> String {
    lines.iter().map(|line| clean::line(line).trim_end().to_owned() + "\n").collect()
}
