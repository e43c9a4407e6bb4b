//! Required allowances as data: which services a client needs, in which regions, and how well each address is known.
//!
//! A [`Catalogue`] is read from YAML: the shipped ones of `ingress-data/`, or an organization's own in the same
//! schema (`docs/requirements.md`). What of it must pass for a given site is decided in
//! [`requirement`](crate::requirement).

mod age;
mod change;
mod destinations;
pub mod feeds;
#[cfg(feature = "fetch")]
pub mod fetch;
mod flows;
pub mod lookup;
mod reader;
mod resolve;
pub mod schema;
pub mod suspect;
mod update;
mod write;

pub use age::{AsOf, Date};
pub use change::{Change, Place};
pub use flows::{protocol_name, protocol_named};
pub use resolve::{Resolution, web_gateway_at};
pub use update::{FeedOptions, Update};

use crate::finding::Finding;
use crate::source::{SourceId, Sources, Span};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The product that the client protects its traffic with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Cisco Umbrella.
    #[default]
    Umbrella,
    /// Cisco Secure Access.
    SecureAccess,
}

impl Product {
    /// Every product.
    pub const ALL: &[Product] = &[Product::Umbrella, Product::SecureAccess];

    /// The name in files and flags.
    pub const fn name(self) -> &'static str {
        match self {
            Product::Umbrella => "umbrella",
            Product::SecureAccess => "secure-access",
        }
    }
}

/// What it means when a flow is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The client does not work as it should: decides the exit code.
    Required,
    /// Something beside the protection suffers: a warning.
    Recommended,
    /// Needed by some sites only: a warning.
    Optional,
}

impl Level {
    /// Every level.
    pub const ALL: &[Level] = &[Level::Required, Level::Recommended, Level::Optional];

    /// The name in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Required => "required",
            Level::Recommended => "recommended",
            Level::Optional => "optional",
        }
    }
}

/// How sure an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Stated by who runs the service.
    High,
    /// Seen by several, or stated at second hand.
    Medium,
    /// A single observation, or a guess: good to test with, never required.
    Low,
}

impl Confidence {
    /// Every grade.
    pub const ALL: &[Confidence] = &[Confidence::High, Confidence::Medium, Confidence::Low];

    /// The name in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}

/// Where a statement comes from and how far it can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Provenance {
    /// What the source is.
    pub title: String,
    /// Where it is to be found; may be empty.
    pub reference: String,
    /// When the statement was last known to be true.
    pub as_of: AsOf,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it is not surer; may be empty.
    pub reason: String,
    /// After how many days it is stale, where its catalogue says so.
    #[serde(skip)]
    pub max_age: Option<u32>,
}

/// Where a flow goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A network or a single address, IPv4 or IPv6.
    Prefix(IpNet),
    /// A host name, which no rule set can be checked against before it is resolved.
    Name(String),
}

/// A destination of the flows of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The address or the name.
    pub target: Target,
    /// How well it is known.
    pub provenance: Provenance,
    /// Shown and judged, but never required. Always so when the confidence is low.
    pub test_vector: bool,
    /// Where it stands, in the text that the catalogue was read from.
    pub at: Option<Span>,
}

impl Destination {
    /// The network, unless it is a name.
    pub fn prefix(&self) -> Option<IpNet> {
        if let Target::Prefix(prefix) = self.target { Some(prefix) } else { None }
    }
}

/// A flow of a service; it goes to every destination of the service, or of one of its regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSpec {
    /// For example `dns-udp-443`.
    pub id: String,
    /// The IP protocol number.
    pub proto: u8,
    /// Destination ports, both ends included; empty for protocols without ports.
    pub ports: Vec<(u16, u16)>,
    /// Source ports, both ends included; empty for protocols without ports.
    pub source_ports: Vec<(u16, u16)>,
    /// What it means when the flow is denied.
    pub level: Level,
    /// Its place in the order in which the client tries the flows of the service, from 1; where the order is known.
    pub order: Option<u8>,
    /// The group of flows of which one is enough: when one of them passes whole, the others are no longer required.
    pub any_of: Option<String>,
    /// What the flow is for.
    pub why: String,
    /// What the user notices when it is denied; empty where no source says.
    pub symptom: String,
}

/// A place with addresses of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The city in lower case with hyphens.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Two letters (ISO 3166); may be empty.
    pub country: String,
    /// Other names for it, such as that of a cloud region.
    pub aliases: Vec<String>,
    /// The regions whose data centres serve it, when it has none of its own.
    pub served_from: Vec<String>,
    /// Its addresses.
    pub destinations: Vec<Destination>,
}

impl Region {
    /// Whether a user who says `name` means this region. Case, blanks and hyphens are the same.
    pub fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        [&self.id, &self.name].into_iter().chain(&self.aliases).any(|own| plain(own) == name)
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}

/// A service: flows, and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// For example `dns`, `swg`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The products that use it.
    pub products: Vec<Product>,
    /// Its flows.
    pub flows: Vec<FlowSpec>,
    /// Destinations that belong to no region.
    pub destinations: Vec<Destination>,
    /// Its regions; ids are unique.
    pub regions: Vec<Region>,
    /// Networks and names that are known to belong to the service, such as the wider networks that its addresses lie
    /// in. They answer questions about an address; no flow to them is judged.
    pub related: Vec<Destination>,
}

impl Service {
    /// Every destination that its flows go to, with its region.
    pub fn all_destinations(&self) -> impl Iterator<Item = (Option<&Region>, &Destination)> {
        let own = self.destinations.iter().map(|destination| (None, destination));
        let in_regions =
            self.regions.iter().flat_map(|region| region.destinations.iter().map(move |d| (Some(region), d)));
        own.chain(in_regions)
    }
}

/// Services with their flows, regions and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// What the catalogue is.
    pub title: String,
    /// Its services; an id occurs once for each product.
    pub services: Vec<Service>,
    /// After how many days its statements are stale, if it says so itself.
    pub max_age: Option<u32>,
    /// Where it is updated from, if it is.
    pub update: Option<Update>,
}

/// The shipped files, in the order in which their services are shown.
const SHIPPED: &[(&str, &str)] = &[
    ("ingress-data/dns.yaml", include_str!("../ingress-data/dns.yaml")),
    ("ingress-data/swg-umbrella.yaml", include_str!("../ingress-data/swg-umbrella.yaml")),
    ("ingress-data/swg-secure-access.yaml", include_str!("../ingress-data/swg-secure-access.yaml")),
    ("ingress-data/around.yaml", include_str!("../ingress-data/around.yaml")),
];

impl Catalogue {
    /// The data that is built in; read once.
    pub fn shipped() -> &'static Catalogue {
        static SHIPPED_ONCE: OnceLock<Catalogue> = OnceLock::new();
        SHIPPED_ONCE.get_or_init(|| {
            // A test asserts that every shipped file is valid, so nothing is lost here.
            let parts = SHIPPED.iter().filter_map(|(name, text)| Catalogue::read_alone(name, text).ok());
            let services = parts.flat_map(|part| part.services).collect();
            Catalogue { title: "shipped with fwproof".to_owned(), services, ..Catalogue::default() }
        })
    }

    /// The texts of the built-in files, with their names in the repository.
    pub const SHIPPED: &[(&str, &str)] = SHIPPED;

    /// Reads a catalogue in the schema of `docs/requirements.md`; `source` must be the text's own id.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(source: SourceId, text: &str) -> Result<Catalogue, Vec<Finding>> {
        reader::catalogue(source, text)
    }

    fn read_alone(name: &str, text: &str) -> Result<Catalogue, Vec<Finding>> {
        let source = Sources::new().add(name, "");
        Catalogue::read(source, text)
    }
}

#[cfg(test)]
mod tests;
