//! Microsoft 365 endpoints (Microsoft Learn, "Microsoft 365 IP Address and URL web service").
//!
//! Each endpoint set becomes a service: its ports are flows, its addresses and names are destinations. The categories
//! Optimize and Allow are taken over; Default names only hosts that go the way of all web traffic, so it is left out
//! unless `--only category=Default` asks for it.

use super::aws::is_wanted;
use super::entry::target;
use super::{Imported, Input, begins_with, build};
use crate::finding::{Code, Finding};
use crate::ingress::{Catalogue, Destination, FeedOptions, FlowSpec, Level, Product, Provenance, Service};
use crate::yaml::{self, Mapping, Node, Scalar};

pub(super) fn recognises(text: &str) -> bool {
    begins_with(text, &['[']) && text.contains("\"serviceArea\"") && text.contains("\"category\"")
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let root = yaml::read(input.source, input.text)?;
    let sets = root.expect_sequence("the list").map_err(|finding| vec![finding])?;
    let (mut services, mut findings, mut left_out) = (Vec::new(), Vec::new(), 0);
    for node in sets {
        match node.expect_mapping("an endpoint set").map_err(|f| vec![f]).and_then(|map| set(input, options, map)) {
            Ok(Some(service)) => services.push(service),
            Ok(None) => left_out += 1,
            Err(more) => findings.extend(more),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let message = format!("{left_out} of {} endpoint sets were left out by their category", sets.len());
    let note = (left_out > 0).then(|| Finding::new(Code::Tolerated, message));
    let catalogue = Catalogue { title: build::title(input, options), services, max_age: None, update: None };
    Ok(Imported { catalogue, notes: note.into_iter().collect(), feed: "" })
}

fn set(input: &Input<'_>, options: &FeedOptions, map: &Mapping<'_>) -> Result<Option<Service>, Vec<Finding>> {
    let wanted = if options.only.is_empty() {
        ["Optimize", "Allow"].contains(&text(map, "category"))
    } else {
        is_wanted(map, options).map_err(|finding| vec![finding])?
    };
    if !wanted {
        return Ok(None);
    }
    let number = map.require("id", "an endpoint set").and_then(|node| node.expect_scalar("`id`"));
    let number = number.map_err(|finding| vec![finding])?;
    let id = build::slug(&format!("{}-{}", input.name, number.text));
    let destinations = destinations(input, options, map)?;
    let flows = flows(input, options, map, &id)?;
    if flows.is_empty() || destinations.is_empty() {
        let message = format!("the endpoint set {} has no ports or no destinations", number.text);
        return Err(vec![Finding::new(Code::InvalidValue, message).at(map.head(), "")]);
    }
    Ok(Some(Service {
        name: text(map, "serviceAreaDisplayName").to_owned(),
        products: if options.products.is_empty() { Product::ALL.to_vec() } else { options.products.clone() },
        flows,
        destinations,
        regions: Vec::new(),
        related: Vec::new(),
        id,
    }))
}

fn text<'m>(map: &'m Mapping<'_>, key: &str) -> &'m str {
    map.get(key).and_then(Node::as_scalar).map_or("", |scalar: &Scalar<'_>| scalar.text.as_ref())
}

/// `required: false` is said of sets without which the service works, with less comfort.
fn flows(input: &Input<'_>, options: &FeedOptions, map: &Mapping<'_>, id: &str) -> Result<Vec<FlowSpec>, Vec<Finding>> {
    let said = if text(map, "required") == "false" { Level::Optional } else { Level::Required };
    let level = Some(options.level.unwrap_or(said));
    let ports = [("tcp", text(map, "tcpPorts")), ("udp", text(map, "udpPorts"))];
    let texts = ports.iter().filter(|(_, ports)| !ports.is_empty()).map(|(proto, ports)| format!("{proto}/{ports}"));
    let flows = build::flows(input, id, &texts.collect::<Vec<_>>(), level)?;
    let why = [text(map, "serviceAreaDisplayName"), text(map, "notes")].join(" ").trim().to_owned();
    Ok(flows.into_iter().map(|flow| FlowSpec { why: why.clone(), ..flow }).collect())
}

/// Addresses where the set has some: its names then lead to them. Else the names.
fn destinations(input: &Input<'_>, options: &FeedOptions, map: &Mapping<'_>) -> Result<Vec<Destination>, Vec<Finding>> {
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    let addresses = map.get("ips").filter(|node| !node.one_or_many().is_empty());
    for node in addresses.or_else(|| map.get("urls")).map_or(&[][..], Node::one_or_many) {
        match node.expect_scalar("a destination").and_then(|scalar| Ok((target(scalar)?, scalar.span))) {
            Ok((target, span)) => {
                let provenance = provenance(input, options);
                let test_vector = provenance.confidence == crate::ingress::Confidence::Low;
                all.push(Destination { target, provenance, test_vector, at: Some(span) });
            }
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(all) } else { Err(findings) }
}

fn provenance(input: &Input<'_>, options: &FeedOptions) -> Provenance {
    Provenance {
        title: build::title(input, options),
        reference: input.reference.to_owned(),
        as_of: options.as_of,
        confidence: options.confidence,
        reason: options.reason.clone(),
        max_age: None,
    }
}
