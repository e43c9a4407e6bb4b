//! The schema of catalogue files, published as `docs/schemas/requirements.schema.json`.
//!
//! The types here only describe the files; [`Catalogue::read`](super::Catalogue::read) reads them itself, to say
//! where something is wrong. Tests hold both together.
#![allow(dead_code)]

use super::{Confidence, Level, Product};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// The JSON Schema of a catalogue file, as text with a final newline.
pub fn json() -> String {
    let schema = schemars::schema_for!(RequirementsFile);
    serde_json::to_string_pretty(&schema).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Flows that must pass a firewall, and where they go.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RequirementsFile {
    /// What the file is.
    #[schemars(default)]
    title: String,
    /// After how many days its statements are stale; default: 180, or what the command line says.
    max_age: Option<u32>,
    /// Where `fwproof ingress update` finds it.
    update: Option<Update>,
    /// Sources by name, for the `source` keys.
    #[schemars(default)]
    sources: BTreeMap<String, Source>,
    /// The services; an id may occur once for each product.
    services: Vec<Service>,
}

/// Where the catalogue is updated from, and how what comes from there is read.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Update {
    /// An `https` address.
    url: String,
    /// The SHA-256 that the data must have.
    #[schemars(regex(pattern = "^[0-9A-Fa-f]{64}$"))]
    sha256: Option<String>,
    /// The `ETag` of the last answer; written by `fwproof ingress update`.
    etag: Option<String>,
    /// The `Last-Modified` of the last answer; written by `fwproof ingress update`.
    last_modified: Option<String>,
    /// The day on which the list was last fetched or found unchanged; written by `fwproof ingress update`.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    checked: Option<String>,
    /// The format of the feed; default: recognised by its content.
    feed: Option<String>,
    /// What the source is.
    #[schemars(default)]
    title: String,
    /// How sure its statements are; default: high.
    confidence: Option<Confidence>,
    /// Why they are not surer.
    #[schemars(default)]
    reason: String,
    /// The products that use the service.
    products: Option<OneOrMany<Product>>,
    /// The id of the service; default: `swg`.
    #[schemars(regex(pattern = "^[a-z0-9.-]+$"))]
    service: Option<String>,
    /// The region of addresses that the feed gives none.
    region: Option<String>,
    /// The column that holds the region.
    region_column: Option<String>,
    /// The column that holds the prefix.
    prefix_column: Option<String>,
    /// The flows to the addresses, as `tcp/443` or `udp/500,4500`.
    flows: Option<OneOrMany<String>>,
    /// What it means when a flow is denied.
    level: Option<Level>,
    /// Only entries in which a column or key has this value, as `service=EC2`.
    only: Option<OneOrMany<String>>,
    /// Private and reserved addresses are meant; default: false.
    allow_reserved: Option<bool>,
}

/// Where statements come from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Source {
    /// What the source is; default: the title of the file.
    #[schemars(default)]
    title: String,
    /// Where it is to be found.
    #[schemars(default)]
    reference: String,
    /// When its statements were last known to be true; default: unknown.
    as_of: Option<AsOf>,
    /// How sure they are; default: high.
    confidence: Option<Confidence>,
    /// Why they are not surer.
    #[schemars(default)]
    reason: String,
}

/// A date (`2026-08-22`, `2026-08`, `2026`), `unknown`, or `{before: DATE}`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum AsOf {
    /// A date or `unknown`.
    Text(#[schemars(regex(pattern = r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|unknown)$"))] String),
    /// A year, which YAML takes for a number.
    Year(#[schemars(range(min = 1, max = 9999))] u16),
    /// Some time before a date.
    Before(Before),
}

/// Some time before a date.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Before {
    /// The date.
    before: Day,
}

/// A date.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Day {
    /// A date.
    Text(#[schemars(regex(pattern = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"))] String),
    /// A year, which YAML takes for a number.
    Year(#[schemars(range(min = 1, max = 9999))] u16),
}

/// A service: flows, and where they go. It needs `destinations`, `regions` or both.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Service {
    /// For example `dns` or `swg`.
    #[schemars(regex(pattern = "^[a-z0-9.-]+$"))]
    id: String,
    /// The name to show; default: the id.
    #[schemars(default)]
    name: String,
    /// The products that use it; default: all.
    products: Option<OneOrMany<Product>>,
    /// The name of the source of all its addresses.
    source: Option<String>,
    /// Its flows. Each goes to every destination.
    flows: Vec<Flow>,
    /// Destinations that belong to no region.
    #[schemars(default)]
    destinations: Vec<Destination>,
    /// Regions with destinations of their own.
    #[schemars(default)]
    regions: Vec<Region>,
    /// Networks and names that belong to the service, such as the wider networks of its addresses. They answer
    /// questions about an address; no flow to them is judged.
    #[schemars(default)]
    related: Vec<Destination>,
}

/// A flow: the client opens it from any address of the site.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Flow {
    /// For example `dns-udp-443`.
    #[schemars(regex(pattern = "^[a-z0-9.-]+$"))]
    id: String,
    /// `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `gre`, `esp`, `ah`, or a number from 0 to 255.
    proto: Port,
    /// Destination ports: numbers, or ranges such as `1024-65535`. Only for `tcp`, `udp` and `sctp`, and needed there.
    ports: Option<OneOrMany<Port>>,
    /// Source ports; default: 1024-65535.
    source_ports: Option<OneOrMany<Port>>,
    /// What it means when the flow is denied; default: required.
    level: Option<Level>,
    /// Its place in the order in which the client tries the flows of the service, from 1.
    #[schemars(range(min = 1, max = 255))]
    order: Option<u8>,
    /// The group of flows of which one is enough: when one of them passes whole, the others are no longer required.
    #[schemars(regex(pattern = "^[a-z0-9.-]+$"))]
    any_of: Option<String>,
    /// What the flow is for.
    #[schemars(default)]
    why: String,
    /// What the user notices when it is denied.
    #[schemars(default)]
    symptom: String,
}

/// A number or a text.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Port {
    /// A number.
    Number(u16),
    /// A name or a range.
    Text(String),
}

/// One value or a list of them.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

/// A place with addresses of its own.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Region {
    /// The city in lower case with hyphens.
    #[schemars(regex(pattern = "^[a-z0-9.-]+$"))]
    id: String,
    /// The name to show; default: the id.
    #[schemars(default)]
    name: String,
    /// Two letters (ISO 3166).
    #[schemars(default)]
    country: String,
    /// Other names for it, such as that of a cloud region.
    aliases: Option<OneOrMany<String>>,
    /// The ids of the regions that serve it, when it has no data centre of its own.
    served_from: Option<OneOrMany<String>>,
    /// Its addresses.
    #[schemars(default)]
    destinations: Vec<Destination>,
}

/// A prefix or an address alone, or a mapping with either `prefix` or `name`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Destination {
    /// An address or a prefix, IPv4 or IPv6.
    Prefix(String),
    /// A destination with what is known about it.
    Known(KnownDestination),
}

/// A destination with what is known about it; what is not said is that of the source.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct KnownDestination {
    /// An address or a prefix, IPv4 or IPv6.
    prefix: Option<String>,
    /// A host name. It is listed as not checked, since rule sets name addresses.
    name: Option<String>,
    /// The name of its source; default: that of the service.
    source: Option<String>,
    /// When it was last known to be true.
    as_of: Option<AsOf>,
    /// How sure it is. What is of low confidence is never required.
    confidence: Option<Confidence>,
    /// Why it is not surer.
    reason: Option<String>,
    /// Shown and judged, but never required; default: false.
    test_vector: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::super::{SHIPPED, reader::keys};
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const PATH: &str = "docs/schemas/requirements.schema.json";

    fn schema() -> Value {
        serde_json::from_str(&json()).unwrap()
    }

    #[test]
    fn the_published_schema_is_current() {
        if std::env::var_os("FWPROOF_UPDATE").is_some() {
            std::fs::write(PATH, json()).unwrap();
        }
        let published = std::fs::read_to_string(PATH).unwrap_or_default();
        assert!(published == json(), "{PATH} is not current: run the tests once with FWPROOF_UPDATE=1");
    }

    #[test]
    fn the_reader_and_the_schema_know_the_same_keys() {
        let schema = schema();
        for (name, known) in [
            ("", keys::CATALOGUE),
            ("Update", keys::UPDATE),
            ("Source", keys::SOURCE),
            ("Service", keys::SERVICE),
            ("Flow", keys::FLOW),
            ("Region", keys::REGION),
            ("KnownDestination", keys::DESTINATION),
        ] {
            let part = if name.is_empty() { &schema } else { &schema["$defs"][name] };
            let described: BTreeSet<&str> =
                part["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(described, known.iter().copied().collect(), "{name}");
        }
    }

    #[test]
    fn shipped_files_and_the_documented_example_fit_the_schema() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let example = super::super::tests::documented_example();
        for (name, text) in SHIPPED.iter().copied().chain([("the example", example.as_str())]) {
            let value = crate::yaml::to_json(text);
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}
