//! From the entries of a list to a catalogue: regions, flows, and what each entry is worth.

use super::super::flows::{CLIENT_PORTS, PROTOCOLS, range};
use super::super::reader::is_id;
use super::super::{
    Catalogue, Confidence, Destination, FeedOptions, FlowSpec, Level, Product, Provenance, Region, Service,
};
use super::entry::{Entry, scalar};
use super::{Imported, Input};
use crate::finding::{Code, Finding};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The service that a list is taken for when nothing is said.
const DEFAULT_SERVICE: &str = "swg";

/// How many kinds of flows a list may name; each becomes a service.
const MAX_KINDS: usize = 100;

/// The catalogue of some entries; `level` is that of flows that the list itself names.
pub(super) fn catalogue(
    input: &Input<'_>,
    options: &FeedOptions,
    entries: Vec<Entry>,
    mut notes: Vec<Finding>,
) -> Result<Imported, Vec<Finding>> {
    let kinds = kinds(&entries).map_err(|finding| vec![finding])?;
    let mut services = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let of_kind: Vec<&Entry> = entries.iter().filter(|entry| entry.flows == *kind).collect();
        services.push(service(input, options, kind, place, &of_kind)?);
    }
    let kept: usize = services.iter().map(|service| service.all_destinations().count()).sum();
    if kept < entries.len() {
        let message = format!("entries that occur more than once were taken over once: {}", entries.len() - kept);
        notes.push(Finding::new(Code::Tolerated, message));
    }
    let title = title(input, options);
    Ok(Imported { catalogue: Catalogue { title, services, max_age: None, update: None }, notes, feed: "" })
}

/// The flows that entries name, in the order in which they are met: each makes a service.
fn kinds(entries: &[Entry]) -> Result<Vec<String>, Finding> {
    let mut seen = HashSet::new();
    let kinds = entries.iter().filter(|entry| seen.insert(entry.flows.as_str()));
    let kinds: Vec<String> = kinds.take(MAX_KINDS + 1).map(|entry| entry.flows.clone()).collect();
    match entries.first().and_then(|entry| entry.at).filter(|_| kinds.len() > MAX_KINDS) {
        Some(at) => {
            let message = format!("the list names more than {MAX_KINDS} kinds of flows");
            Err(Finding::new(Code::TooLarge, message).at(at, "").help("take a part of it with `--only KEY=VALUE`"))
        }
        None => Ok(kinds),
    }
}

pub(super) fn title(input: &Input<'_>, options: &FeedOptions) -> String {
    if options.title.is_empty() { input.name.to_owned() } else { options.title.clone() }
}

fn service(
    input: &Input<'_>,
    options: &FeedOptions,
    kind: &str,
    place: usize,
    entries: &[&Entry],
) -> Result<Service, Vec<Finding>> {
    let base = options.service.as_deref().unwrap_or(DEFAULT_SERVICE);
    let id = if place == 0 { base.to_owned() } else { format!("{base}-{}", slug(kind)) };
    let known = Catalogue::shipped().services.iter().find(|service| service.id == base);
    let named: Vec<String> = if kind.is_empty() { options.flows.clone() } else { vec![kind.to_owned()] };
    let flows = match known {
        Some(known) if named.is_empty() => known.flows.clone(),
        None if named.is_empty() => return Err(vec![no_flows(input, base)]),
        _ => flows(input, &id, &named, options.level)?,
    };
    let mut service = Service {
        name: known.map_or_else(|| title(input, options), |known| known.name.clone()),
        products: products(options, base),
        flows: flows.into_iter().map(|flow| levelled(flow, options.level)).collect(),
        destinations: Vec::new(),
        regions: Vec::new(),
        related: Vec::new(),
        id,
    };
    place_entries(&mut service, input, options, entries)?;
    Ok(service)
}

fn levelled(flow: FlowSpec, level: Option<Level>) -> FlowSpec {
    FlowSpec { level: level.unwrap_or(flow.level), ..flow }
}

/// The web gateway of Umbrella is shipped, so a list of a gateway is one of Secure Access unless the user says otherwise.
pub(super) fn products(options: &FeedOptions, service: &str) -> Vec<Product> {
    match options.products.as_slice() {
        [] if service == DEFAULT_SERVICE => vec![Product::SecureAccess],
        [] => Product::ALL.to_vec(),
        some => some.to_vec(),
    }
}

fn no_flows(input: &Input<'_>, service: &str) -> Finding {
    Finding::new(Code::InvalidValue, format!("nothing says which flows the service `{service}` has"))
        .at(input.start(), "")
        .help("name them with `--flow tcp/443`")
}

/// Flows from texts such as `tcp/80,443`, each with an id of its own.
pub(super) fn flows(
    input: &Input<'_>,
    service: &str,
    texts: &[String],
    level: Option<Level>,
) -> Result<Vec<FlowSpec>, Vec<Finding>> {
    let each = texts.iter().map(|text| flow(service, text, level).map_err(|why| vec![why.at(input.start(), "")]));
    each.collect()
}

fn flow(service: &str, text: &str, level: Option<Level>) -> Result<FlowSpec, Finding> {
    let wrong = || {
        let message = format!("`{text}` is not a flow such as `tcp/443` or `udp/500,4500`");
        Finding::new(Code::InvalidValue, message)
    };
    let (proto, ports) = text.split_once('/').unwrap_or((text, ""));
    let known = PROTOCOLS.iter().find(|(name, ..)| *name == proto.trim()).ok_or_else(wrong)?;
    let (_, proto, has_ports) = *known;
    let nowhere = crate::source::Sources::new().add("", "");
    let span = crate::source::Span { source: nowhere, start: 0, end: 0 };
    let each = ports.split(',').filter(|port| !port.trim().is_empty());
    let ports: Vec<(u16, u16)> =
        each.map(|port| range(&scalar(port.trim(), span))).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if ports.is_empty() == has_ports {
        return Err(wrong());
    }
    Ok(FlowSpec {
        id: format!("{service}-{}", slug(text)),
        proto,
        source_ports: if has_ports { vec![CLIENT_PORTS] } else { Vec::new() },
        ports,
        level: level.unwrap_or(Level::Required),
        order: None,
        any_of: None,
        why: String::new(),
        symptom: String::new(),
    })
}

/// Puts each entry into its region, each prefix once in a region.
fn place_entries(
    service: &mut Service,
    input: &Input<'_>,
    options: &FeedOptions,
    entries: &[&Entry],
) -> Result<(), Vec<Finding>> {
    let mut findings = Vec::new();
    let mut places = Places { ids: HashMap::new(), by_id: BTreeMap::new() };
    let mut seen = HashSet::new();
    for entry in entries {
        let name =
            if entry.region.is_empty() { options.region.clone().unwrap_or_default() } else { entry.region.clone() };
        let at = match places.of(&mut service.regions, &name, &entry.country) {
            Ok(at) => at,
            Err(finding) => {
                findings.push(entry.at.map_or(finding.clone(), |span| finding.at(span, "")));
                continue;
            }
        };
        if !seen.insert((at, entry.target.clone())) {
            continue;
        }
        let list = match at.and_then(|at| service.regions.get_mut(at)) {
            Some(region) => &mut region.destinations,
            None => &mut service.destinations,
        };
        list.extend(destination(input, options, entry));
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn destination(input: &Input<'_>, options: &FeedOptions, entry: &Entry) -> Option<Destination> {
    let (confidence, reason) = entry.confidence.clone().unwrap_or_else(|| (options.confidence, options.reason.clone()));
    let provenance = Provenance {
        title: title(input, options),
        reference: if entry.source.is_empty() { input.reference.to_owned() } else { entry.source.clone() },
        as_of: entry.as_of.unwrap_or(options.as_of),
        confidence,
        reason,
        max_age: None,
    };
    let test_vector = provenance.confidence == Confidence::Low;
    Some(Destination { target: entry.target.clone()?, provenance, test_vector, at: entry.at })
}

/// The regions so far, by name and country.
struct Places {
    ids: HashMap<(String, String), usize>,
    by_id: BTreeMap<String, usize>,
}

impl Places {
    /// The place of a region in the list, which it joins when it is new; nothing for no region.
    fn of(&mut self, regions: &mut Vec<Region>, name: &str, country: &str) -> Result<Option<usize>, Finding> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        // `NL/Amsterdam` and `NL` beside `Amsterdam` are the same.
        let (country, name) = match name.split_once('/') {
            Some((prefix, rest)) if is_country(prefix) && !rest.is_empty() => (prefix, rest.trim()),
            _ => (country, name),
        };
        let key = (slug(name), country.to_ascii_uppercase());
        if let Some(&at) = self.ids.get(&key) {
            return Ok(Some(at));
        }
        // Two cities of one name: the country tells them apart.
        let id =
            if self.by_id.contains_key(&key.0) { format!("{}-{}", key.0, key.1.to_lowercase()) } else { key.0.clone() };
        if !is_id(&id) || id.starts_with('-') || self.by_id.contains_key(&id) {
            let finding = Finding::new(Code::InvalidValue, format!("`{name}` gives no id for a region"));
            return Err(finding.help("write it with letters of the Latin alphabet"));
        }
        regions.push(Region {
            id: id.clone(),
            name: name.to_owned(),
            country: key.1.clone(),
            aliases: Vec::new(),
            served_from: Vec::new(),
            destinations: Vec::new(),
        });
        self.by_id.insert(id, regions.len() - 1);
        self.ids.insert(key, regions.len() - 1);
        Ok(Some(regions.len() - 1))
    }
}

pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Lower case, with a hyphen for whatever is neither a letter nor a digit; accents are dropped.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        match plain(c) {
            Some(letters) => out.push_str(letters),
            None if c.is_ascii_alphanumeric() || c == '.' => out.push(c),
            None if !out.ends_with('-') && !out.is_empty() => out.push('-'),
            None => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// The plain form of a letter with an accent.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}
