//! What must pass: catalogues and a selection become requirements.
//!
//! A requirement is one flow, and for services with regions one flow to one region: `dns-udp-443`,
//! `swg-https@london`. Addresses that are too unsure to be required become test vectors: judged and shown in the same
//! way, but never counted.

use crate::finding::{Code, Finding};
use crate::ingress::{Catalogue, Destination, FlowSpec, Level, Product, Provenance, Region, Service, Target};
use crate::yaml;
use ipnet::IpNet;
use std::collections::{BTreeSet, HashSet};

/// One flow that should pass, with everything a report says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// `dns-udp-443`, or `swg-https@london`; test vectors have `:test` behind it.
    pub id: String,
    /// The id of the flow: `swg-https`.
    pub flow: String,
    /// The id of the service: `swg`.
    pub service: String,
    /// The id of the region, for services that have regions.
    pub region: Option<String>,
    /// What it means when it is denied; for test vectors that of the flow, which does not count.
    pub level: Level,
    /// Its place in the order in which the client tries the flows of the service, from 1; where the order is known.
    pub order: Option<u8>,
    /// The group of flows of which one is enough, within a service and region.
    pub any_of: Option<String>,
    /// The IP protocol number.
    pub proto: u8,
    /// Source ports, both ends included; empty for protocols without ports.
    pub source_ports: Vec<(u16, u16)>,
    /// Destination ports, both ends included; empty for protocols without ports.
    pub destination_ports: Vec<(u16, u16)>,
    /// Where it goes, IPv4 and IPv6, each prefix once.
    pub destinations: Vec<IpNet>,
    /// What the flow is for.
    pub why: String,
    /// What the user notices when it is denied; empty where no source says.
    pub symptom: String,
    /// What the addresses rest on, each statement once.
    pub sources: Vec<Provenance>,
}

/// A flow to host names, which cannot be decided from addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// As in [`Requirement`].
    pub id: String,
    /// The id of the service.
    pub service: String,
    /// What it would mean if it were denied.
    pub level: Level,
    /// The IP protocol number.
    pub proto: u8,
    /// Destination ports, both ends included.
    pub destination_ports: Vec<(u16, u16)>,
    /// The host names, which need resolution.
    pub names: Vec<String>,
}

/// What of the catalogues is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The product of the site.
    pub product: Product,
    /// Regions by id, name or alias; none means all.
    pub regions: Vec<String>,
    /// Services by id; none means all of the product.
    pub services: Vec<String>,
}

/// What a selection gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selected {
    /// What should pass: DNS first, then web protection by region, then the rest in the order of the catalogues.
    pub requirements: Vec<Requirement>,
    /// What is only shown.
    pub test_vectors: Vec<Requirement>,
    /// What needs name resolution.
    pub not_checked: Vec<NotChecked>,
    /// Names that do not exist (errors), and regions that have no required flow of their own (notes).
    pub findings: Vec<Finding>,
}

/// The requirements that `selection` takes from the catalogues.
pub fn requirements(catalogues: &[&Catalogue], selection: &Selection) -> Selected {
    let of_product = catalogues.iter().flat_map(|catalogue| &catalogue.services);
    let of_product: Vec<&Service> = of_product.filter(|s| s.products.contains(&selection.product)).collect();
    let mut services = of_product.clone();
    services.retain(|s| selection.services.is_empty() || selection.services.contains(&s.id));
    services.sort_by_key(|service| rank(&service.id));

    let mut selected = Selected::default();
    selected.unknown_services(&of_product, selection);
    selected.unknown_regions(&services, selection);
    for service in &services {
        selected.service(service, &selection.regions);
    }
    selected.bare_regions(&services, &selection.regions);
    selected.once();
    selected
}

/// DNS is the first thing that a client needs, and the web gateway the second.
fn rank(service: &str) -> usize {
    ["dns", "swg"].iter().position(|&first| first == service).unwrap_or(2)
}

impl Selected {
    fn service(&mut self, service: &Service, asked: &[String]) {
        self.flows(service, None, &service.destinations);
        for region in service.regions.iter().filter(|region| asked.is_empty() || is_asked(region, asked)) {
            self.flows(service, Some(region), &region.destinations);
        }
    }

    fn flows(&mut self, service: &Service, region: Option<&Region>, destinations: &[Destination]) {
        let (tests, sure): (Vec<_>, Vec<_>) = destinations.iter().partition(|destination| destination.test_vector);
        for flow in &service.flows {
            self.requirements.extend(requirement(service, region, flow, &sure, ""));
            self.test_vectors.extend(requirement(service, region, flow, &tests, ":test"));
            self.not_checked.extend(not_checked(service, region, flow, &sure));
        }
    }

    /// A note for each region that was asked for although none of its flows can be required: without it, the user
    /// would take the silence for a proof.
    fn bare_regions(&mut self, services: &[&Service], asked: &[String]) {
        let needed = services.iter().filter(|service| service.flows.iter().any(|flow| flow.level == Level::Required));
        for service in needed {
            for region in service.regions.iter().filter(|region| is_asked(region, asked)) {
                let of_region = |r: &Requirement| r.service == service.id && r.region.as_ref() == Some(&region.id);
                if !self.requirements.iter().any(of_region) {
                    self.findings.push(bare_region(service, region));
                }
            }
        }
    }

    fn unknown_services(&mut self, services: &[&Service], selection: &Selection) {
        let known: BTreeSet<&str> = services.iter().map(|service| service.id.as_str()).collect();
        for name in selection.services.iter().filter(|name| !known.contains(name.as_str())) {
            self.findings.push(unknown("service", name, selection, &known));
        }
    }

    fn unknown_regions(&mut self, services: &[&Service], selection: &Selection) {
        let regions = || services.iter().flat_map(|service| &service.regions);
        let names = regions().flat_map(|region| [&region.id].into_iter().chain(&region.aliases));
        let known: BTreeSet<&str> = names.map(String::as_str).collect();
        for name in &selection.regions {
            if !regions().any(|region| region.is_called(name)) {
                self.findings.push(unknown("region", name, selection, &known));
            }
        }
    }

    /// Keeps the first of requirements with the same id and says so of the others: waivers and reports name the id.
    fn once(&mut self) {
        let mut seen = HashSet::new();
        let mut twice = Vec::new();
        for list in [&mut self.requirements, &mut self.test_vectors] {
            list.retain(|requirement| {
                let first = seen.insert(requirement.id.clone());
                twice.extend((!first).then(|| requirement.id.clone()));
                first
            });
        }
        self.findings.extend(twice.iter().map(|id| {
            Finding::new(Code::InvalidValue, format!("the requirement `{id}` is defined twice"))
                .help("give the flow another id, or leave the shipped ones out with `--no-default-requirements`")
        }));
    }
}

fn is_asked(region: &Region, asked: &[String]) -> bool {
    asked.iter().any(|name| region.is_called(name))
}

fn bare_region(service: &Service, region: &Region) -> Finding {
    let message = format!("no flow of `{}` is required for the region `{}`", service.id, region.id);
    let finding = Finding::new(Code::NotJudged, message);
    if region.served_from.is_empty() {
        return finding
            .note("all of its known addresses are test vectors: they are shown, but never required")
            .help("pass your organization's own list with `--requirements FILE`");
    }
    let served = region.served_from.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" and ");
    let flags = region.served_from.iter().map(|id| format!("--region {id}")).collect::<Vec<_>>().join(" ");
    finding.note(format!("it has no data centre of its own and is served from {served}")).help(format!("add `{flags}`"))
}

fn unknown(what: &str, name: &str, selection: &Selection, known: &BTreeSet<&str>) -> Finding {
    let product = selection.product.name();
    let finding = Finding::new(Code::InvalidValue, format!("there is no {what} `{name}` for {product}"));
    let lower = name.trim().to_lowercase().replace([' ', '_'], "-");
    match yaml::nearest(&lower, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => finding.help(format!("nothing that was selected has a {what}")),
        None => finding.help(format!("known are {}", known.iter().copied().collect::<Vec<_>>().join(", "))),
    }
}

fn requirement(
    service: &Service,
    region: Option<&Region>,
    flow: &FlowSpec,
    destinations: &[&Destination],
    suffix: &str,
) -> Option<Requirement> {
    let known =
        || destinations.iter().filter_map(|destination| Some((prefix(&destination.target)?, &destination.provenance)));
    let prefixes = once(known().map(|(prefix, _)| prefix));
    (!prefixes.is_empty()).then(|| Requirement {
        id: id(region, flow) + suffix,
        flow: flow.id.clone(),
        service: service.id.clone(),
        region: region.map(|region| region.id.clone()),
        level: flow.level,
        order: flow.order,
        any_of: flow.any_of.clone(),
        proto: flow.proto,
        source_ports: flow.source_ports.clone(),
        destination_ports: flow.ports.clone(),
        destinations: prefixes,
        why: flow.why.clone(),
        symptom: flow.symptom.clone(),
        sources: once(known().map(|(_, provenance)| provenance.clone())),
    })
}

fn not_checked(
    service: &Service,
    region: Option<&Region>,
    flow: &FlowSpec,
    destinations: &[&Destination],
) -> Option<NotChecked> {
    let names = once(destinations.iter().filter_map(|destination| name(&destination.target)));
    (!names.is_empty()).then(|| NotChecked {
        id: id(region, flow),
        service: service.id.clone(),
        level: flow.level,
        proto: flow.proto,
        destination_ports: flow.ports.clone(),
        names,
    })
}

fn id(region: Option<&Region>, flow: &FlowSpec) -> String {
    region.map_or_else(|| flow.id.clone(), |region| format!("{}@{}", flow.id, region.id))
}

fn prefix(target: &Target) -> Option<IpNet> {
    if let Target::Prefix(prefix) = target { Some(*prefix) } else { None }
}

fn name(target: &Target) -> Option<String> {
    if let Target::Name(name) = target { Some(name.clone()) } else { None }
}

/// The items in their order, each once.
fn once<T: Clone + Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(item.clone())).collect()
}

#[cfg(test)]
mod tests;
