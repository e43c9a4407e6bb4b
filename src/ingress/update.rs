//! Where a catalogue is updated from, and how what comes from there is read.

use super::reader::{Reader, choice, keys};
use super::{AsOf, Catalogue, Confidence, Date, Level, Product};
use crate::finding::Finding;
use crate::yaml::{Mapping, Node, Scalar};

/// How a feed becomes a catalogue. What is not said takes the default of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedOptions {
    /// The name of the feed's format; nothing recognises it by its content.
    pub feed: Option<String>,
    /// What the source is; default: the name of the catalogue.
    pub title: String,
    /// When its statements were last known to be true, unless the feed says so itself.
    pub as_of: AsOf,
    /// How sure they are, unless the feed says so itself.
    pub confidence: Confidence,
    /// Why they are not surer.
    pub reason: String,
    /// The products that use the service; none means the default of the feed.
    pub products: Vec<Product>,
    /// The id of the service; nothing means `swg`.
    pub service: Option<String>,
    /// The region of what names none.
    pub region: Option<String>,
    /// The column that holds the region.
    pub region_column: Option<String>,
    /// The column that holds the prefix.
    pub prefix_column: Option<String>,
    /// The flows to the addresses, as `tcp/443` or `udp/500,4500`; none means those that are shipped for the service.
    pub flows: Vec<String>,
    /// What it means when a flow is denied.
    pub level: Option<Level>,
    /// Only entries in which a column or key has this value, as `service=EC2`.
    pub only: Vec<String>,
    /// Private and reserved addresses are meant.
    pub allow_reserved: bool,
}

impl Default for FeedOptions {
    fn default() -> FeedOptions {
        FeedOptions {
            feed: None,
            title: String::new(),
            as_of: AsOf::Unknown,
            confidence: Confidence::High,
            reason: String::new(),
            products: Vec::new(),
            service: None,
            region: None,
            region_column: None,
            prefix_column: None,
            flows: Vec::new(),
            level: None,
            only: Vec::new(),
            allow_reserved: false,
        }
    }
}

/// Where a catalogue is updated from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// An `https` address.
    pub url: String,
    /// The SHA-256 that the data must have, as 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// The `ETag` of the last answer.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// The day on which the list was last fetched, or found unchanged. What the list says without a date of its own
    /// is as of that day: its publisher says it then.
    pub checked: Option<Date>,
    /// How the feed is read.
    pub options: FeedOptions,
}

impl Update {
    /// The same, as if nothing had been fetched yet.
    #[must_use]
    pub fn unfetched(self) -> Update {
        Update { etag: None, last_modified: None, checked: None, ..self }
    }
}

impl Catalogue {
    /// The same catalogue on a later day, on which its list was found unchanged.
    #[must_use]
    pub fn confirmed(mut self, today: Date) -> Catalogue {
        let Some(update) = &mut self.update else { return self };
        let Some(day) = update.checked.replace(today) else { return self };
        let url = update.url.clone();
        for service in &mut self.services {
            let regions = service.regions.iter_mut().flat_map(|region| &mut region.destinations);
            let all = service.destinations.iter_mut().chain(regions).map(|one| &mut one.provenance);
            let of_list = all.filter(|known| known.reference == url && known.as_of == AsOf::On(day));
            of_list.for_each(|known| known.as_of = AsOf::On(today));
        }
        self
    }
}

/// Reads the `update` of a file.
pub(super) fn update(reader: &mut Reader, node: &Node) -> Option<Update> {
    let map = reader.mapping(node, "`update`", keys::UPDATE)?;
    let url = reader.note(map.require("url", "`update`"))?;
    let url = reader.note(url.expect_scalar("`url`"))?.text.to_string();
    Some(Update {
        url,
        sha256: map.get("sha256").and_then(|node| {
            let scalar = reader.note(node.expect_scalar("`sha256`"))?;
            reader.note(sha256(scalar))
        }),
        etag: optional(reader, map, "etag"),
        last_modified: optional(reader, map, "last_modified"),
        checked: map.get("checked").and_then(|node| {
            let scalar = reader.note(node.expect_scalar("`checked`"))?;
            reader.note(scalar.parse("a date such as 2026-08-22"))
        }),
        options: options(reader, map),
    })
}

fn options(reader: &mut Reader, map: &Mapping) -> FeedOptions {
    let graded =
        map.get("confidence").and_then(|node| word(reader, node, "confidence", Confidence::ALL, Confidence::name));
    let default = FeedOptions::default();
    FeedOptions {
        feed: optional(reader, map, "feed"),
        title: reader.text(map, "title"),
        as_of: default.as_of,
        confidence: graded.unwrap_or(default.confidence),
        reason: reader.text(map, "reason"),
        products: if map.get("products").is_some() { reader.products(map) } else { Vec::new() },
        service: map.get("service").and_then(|_| reader.id_of(map, "service", "`update`")),
        region: optional(reader, map, "region"),
        region_column: optional(reader, map, "region_column"),
        prefix_column: optional(reader, map, "prefix_column"),
        flows: reader.texts(map, "flows"),
        level: map.get("level").and_then(|node| word(reader, node, "level", Level::ALL, Level::name)),
        only: reader.texts(map, "only"),
        allow_reserved: reader.flag(map, "allow_reserved"),
    }
}

fn word<T: Copy>(reader: &mut Reader, node: &Node, key: &str, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
    let scalar = reader.note(node.expect_scalar(&format!("`{key}`")))?;
    reader.note(choice(scalar, &format!("a {key}"), all, name))
}

fn optional(reader: &mut Reader, map: &Mapping, key: &str) -> Option<String> {
    map.get(key).map(|_| reader.text(map, key)).filter(|text| !text.is_empty())
}

fn sha256(scalar: &Scalar) -> Result<String, Finding> {
    let text = scalar.text.trim().to_ascii_lowercase();
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text) } else { Err(scalar.invalid("a SHA-256 of 64 hexadecimal digits")) }
}
