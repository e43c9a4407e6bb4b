//! From YAML to a catalogue: services and regions, and what both of their readers share.

use super::{
    AsOf, Catalogue, Confidence, Destination, Product, Provenance, Region, Service, destinations, flows, update,
};
use crate::finding::{Code, Finding};
use crate::source::SourceId;
use crate::yaml::{self, Mapping, Node, Scalar};
use std::collections::{BTreeMap, HashSet};

/// The keys of each mapping; the published schema is held against them by a test.
pub(super) mod keys {
    pub const CATALOGUE: &[&str] = &["title", "max_age", "update", "sources", "services"];
    pub const UPDATE: &[&str] = &[
        "url",
        "sha256",
        "etag",
        "last_modified",
        "checked",
        "feed",
        "title",
        "confidence",
        "reason",
        "products",
        "service",
        "region",
        "region_column",
        "prefix_column",
        "flows",
        "level",
        "only",
        "allow_reserved",
    ];
    pub const SOURCE: &[&str] = &["title", "reference", "as_of", "confidence", "reason"];
    pub const SERVICE: &[&str] = &["id", "name", "products", "source", "flows", "destinations", "regions", "related"];
    pub const FLOW: &[&str] = &["id", "proto", "ports", "source_ports", "level", "order", "any_of", "why", "symptom"];
    pub const REGION: &[&str] = &["id", "name", "country", "aliases", "served_from", "destinations"];
    pub const DESTINATION: &[&str] = &["prefix", "name", "source", "as_of", "confidence", "reason", "test_vector"];
}

/// Reads a whole file.
pub(super) fn catalogue(source: SourceId, text: &str) -> Result<Catalogue, Vec<Finding>> {
    let root = yaml::read(source, text)?;
    let mut reader = Reader::default();
    let catalogue = reader.catalogue(&root);
    if reader.findings.is_empty() {
        return Ok(catalogue.unwrap_or_default());
    }
    reader.findings.sort_by_key(|finding| finding.span().map(|span| span.start));
    Err(reader.findings)
}

/// Collects findings, so that a file is told everything at once; holds the named sources and the age limit.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) findings: Vec<Finding>,
    pub(super) sources: BTreeMap<String, Provenance>,
    max_age: Option<u32>,
}

impl Reader {
    fn catalogue(&mut self, root: &Node) -> Option<Catalogue> {
        let top = self.mapping(root, "the file", keys::CATALOGUE)?;
        let title = self.text(top, "title");
        self.max_age = top.get("max_age").and_then(|node| self.max_age(node));
        for (id, node) in top.get("sources").and_then(Node::as_mapping).map_or(&[][..], |all| &all.entries) {
            let provenance = self.source(&title, node);
            self.sources.insert(id.text.to_string(), provenance);
        }
        let services = self.note(top.require("services", "the file"))?;
        let all = self.each(services, "`services`", |reader, node| reader.service(&title, node));
        self.check_services(services, &all);
        let update = top.get("update").and_then(|node| update::update(self, node));
        Some(Catalogue { title, services: all, max_age: self.max_age, update })
    }

    fn max_age(&mut self, node: &Node) -> Option<u32> {
        let scalar = self.note(node.expect_scalar("`max_age`"))?;
        self.note(scalar.parse("a number of days"))
    }

    /// An id may occur once for each product.
    fn check_services(&mut self, node: &Node, services: &[Service]) {
        let mut seen = HashSet::new();
        let each = services.iter().flat_map(|service| service.products.iter().map(|&product| (&service.id, product)));
        for (id, product) in each.filter(|&pair| !seen.insert(pair)) {
            let message = format!("the service `{id}` occurs twice for {}", product.name());
            self.findings.push(Finding::new(Code::InvalidValue, message).at(node.head(), "in this list"));
        }
    }

    /// What an address is worth when nothing is said: the author of the file states it.
    fn stated(&self, title: &str) -> Provenance {
        let title = if title.is_empty() { "stated by the file" } else { title };
        Provenance {
            title: title.to_owned(),
            reference: String::new(),
            as_of: AsOf::Unknown,
            confidence: Confidence::High,
            reason: String::new(),
            max_age: self.max_age,
        }
    }

    fn source(&mut self, title: &str, node: &Node) -> Provenance {
        let base = self.stated(title);
        let Some(map) = self.mapping(node, "a source", keys::SOURCE) else { return base };
        destinations::provenance(self, map, base)
    }

    fn service(&mut self, title: &str, node: &Node) -> Option<Service> {
        let map = self.mapping(node, "a service", keys::SERVICE)?;
        let id = self.id(map, "a service")?;
        let base = destinations::base(self, map, self.stated(title));
        let flows = self.note(map.require("flows", "a service"))?;
        self.check_destinations(map, &id);
        Some(Service {
            name: self.name(map, &id),
            products: self.products(map),
            flows: self.unique(flows, "`flows`", flows::flow, |flow| &flow.id),
            destinations: self.destinations(map, "destinations", &base),
            related: self.destinations(map, "related", &base),
            regions: map.get("regions").map_or_else(Vec::new, |node| self.regions(node, &base)),
            id,
        })
    }

    fn check_destinations(&mut self, map: &Mapping, id: &str) {
        if map.get("destinations").is_none() && map.get("regions").is_none() {
            let message = format!("the service `{id}` has neither `destinations` nor `regions`");
            self.findings.push(Finding::new(Code::InvalidValue, message).at(map.head(), ""));
        }
    }

    pub(super) fn products(&mut self, map: &Mapping) -> Vec<Product> {
        let Some(node) = map.get("products") else { return Product::ALL.to_vec() };
        self.many(node, "`products`", |scalar| choice(scalar, "a product", Product::ALL, Product::name))
    }

    fn regions(&mut self, node: &Node, base: &Provenance) -> Vec<Region> {
        let regions = self.unique(node, "`regions`", |reader, node| reader.region(node, base), |region| &region.id);
        self.check_served_from(node, &regions);
        regions
    }

    fn region(&mut self, node: &Node, base: &Provenance) -> Option<Region> {
        let map = self.mapping(node, "a region", keys::REGION)?;
        let id = self.id(map, "a region")?;
        Some(Region {
            name: self.name(map, &id),
            country: self.text(map, "country"),
            aliases: self.texts(map, "aliases"),
            served_from: self.texts(map, "served_from"),
            destinations: self.destinations(map, "destinations", base),
            id,
        })
    }

    fn check_served_from(&mut self, node: &Node, regions: &[Region]) {
        let known: Vec<&str> = regions.iter().map(|region| region.id.as_str()).collect();
        let named = node.one_or_many().iter().filter_map(|region| region.get("served_from"));
        for scalar in named.flat_map(Node::one_or_many).filter_map(Node::as_scalar) {
            if !known.contains(&scalar.text.as_ref()) {
                self.findings.push(scalar.unknown_value("a region of this service", &known));
            }
        }
    }

    fn destinations(&mut self, map: &Mapping, key: &str, base: &Provenance) -> Vec<Destination> {
        let Some(node) = map.get(key) else { return Vec::new() };
        self.each(node, &format!("`{key}`"), |reader, node| destinations::destination(reader, node, base))
    }
}

/// Helpers that note a finding and go on.
impl Reader {
    pub(super) fn note<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.findings.push(finding)).ok()
    }

    /// A mapping with known keys only.
    pub(super) fn mapping<'n, 'a>(
        &mut self,
        node: &'n Node<'a>,
        what: &str,
        known: &[&str],
    ) -> Option<&'n Mapping<'a>> {
        let mapping = self.note(node.expect_mapping(what))?;
        self.findings.extend(mapping.unknown_keys(known));
        Some(mapping)
    }

    /// The items of a list, each read by `read`.
    fn each<T>(&mut self, node: &Node, what: &str, mut read: impl FnMut(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        let items = self.note(node.expect_sequence(what)).unwrap_or_default();
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    /// The items of a list, whose ids must differ.
    fn unique<T>(
        &mut self,
        node: &Node,
        what: &str,
        read: impl FnMut(&mut Self, &Node) -> Option<T>,
        id: impl Fn(&T) -> &str,
    ) -> Vec<T> {
        let items = self.each(node, what, read);
        let mut seen = HashSet::new();
        for twice in items.iter().map(id).filter(|id| !seen.insert(*id)) {
            let message = format!("the id `{twice}` occurs twice in {what}");
            self.findings.push(Finding::new(Code::InvalidValue, message).at(node.head(), "in this list"));
        }
        items
    }

    /// One value or several, each read by `read`.
    pub(super) fn many<T>(&mut self, node: &Node, what: &str, read: impl Fn(&Scalar) -> Result<T, Finding>) -> Vec<T> {
        let items = node.one_or_many().iter();
        items.filter_map(|item| self.note(item.expect_scalar(what).and_then(&read))).collect()
    }

    /// A text that may be missing.
    pub(super) fn text(&mut self, map: &Mapping, key: &str) -> String {
        let Some(node) = map.get(key) else { return String::new() };
        let scalar = self.note(node.expect_scalar(&format!("`{key}`")));
        scalar.map_or_else(String::new, |scalar| scalar.text.trim().to_owned())
    }

    pub(super) fn texts(&mut self, map: &Mapping, key: &str) -> Vec<String> {
        let Some(node) = map.get(key) else { return Vec::new() };
        self.many(node, &format!("`{key}`"), |scalar| Ok(scalar.text.to_string()))
    }

    /// `true` or `false`; a key that is missing is false.
    pub(super) fn flag(&mut self, map: &Mapping, key: &str) -> bool {
        let Some(node) = map.get(key) else { return false };
        let value = node.expect_scalar(&format!("`{key}`")).and_then(|scalar| scalar.parse("`true` or `false`"));
        self.note(value).unwrap_or(false)
    }

    fn name(&mut self, map: &Mapping, id: &str) -> String {
        let name = self.text(map, "name");
        if name.is_empty() { id.to_owned() } else { name }
    }

    pub(super) fn id(&mut self, map: &Mapping, what: &str) -> Option<String> {
        self.id_of(map, "id", what)
    }

    pub(super) fn id_of(&mut self, map: &Mapping, key: &str, what: &str) -> Option<String> {
        let node = self.note(map.require(key, what))?;
        let scalar = self.note(node.expect_scalar(&format!("`{key}`")))?;
        if !is_id(&scalar.text) {
            self.findings.push(scalar.invalid("an id").help("ids consist of a-z, 0-9, `-` and `.`"));
            return None;
        }
        Some(scalar.text.to_string())
    }
}

/// Whether a text may be the id of a service, a flow, a region or a group.
pub(super) fn is_id(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    !text.is_empty() && text.chars().all(letters)
}

/// One of a closed set of words.
pub(super) fn choice<T: Copy>(
    scalar: &Scalar,
    what: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Finding> {
    let found = all.iter().copied().find(|&item| name(item) == scalar.text);
    found.ok_or_else(|| scalar.unknown_value(what, &all.iter().map(|&item| name(item)).collect::<Vec<_>>()))
}
