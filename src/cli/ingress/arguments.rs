//! How a list is read: flags that `import` and `update` share.

use crate::ingress::feeds::FEEDS;
use crate::ingress::{AsOf, Confidence, Date, FeedOptions, Level, Product};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(super) struct FeedArguments {
    /// The format of the list [default: recognised by its content]
    #[arg(long, value_name = "FORMAT", value_parser = feed_names())]
    feed: Option<String>,
    /// What the source is, in words [default: the name]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// How sure its statements are [default: high]
    #[arg(long, value_name = "GRADE", value_parser = confidence)]
    confidence: Option<Confidence>,
    /// Why they are not surer
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// A product that uses the service (repeat for several) [default: secure-access for swg, else all]
    #[arg(long, value_name = "PRODUCT", value_parser = crate::cli::check::product)]
    product: Vec<Product>,
    /// The service that the addresses belong to [default: swg]
    #[arg(long, value_name = "ID", value_parser = service)]
    service: Option<String>,
    /// The region of entries that name none
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The column that holds the region
    #[arg(long, value_name = "COLUMN")]
    region_column: Option<String>,
    /// The column that holds the prefix
    #[arg(long, value_name = "COLUMN")]
    prefix_column: Option<String>,
    /// A flow to the addresses, as tcp/443 or udp/500,4500 (repeat for several) [default: those of the shipped service]
    #[arg(long = "flow", value_name = "PROTO/PORTS")]
    flows: Vec<String>,
    /// What it means when a flow is denied
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// Take only entries in which a column or key has this value, as service=EC2 (repeat to narrow further)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    only: Vec<String>,
    /// Private and reserved addresses are meant
    #[arg(long)]
    allow_reserved: bool,
}

impl FeedArguments {
    /// The options; `as_of` is the age of statements that have none of their own.
    pub fn options(&self, as_of: Option<Date>) -> FeedOptions {
        FeedOptions {
            feed: self.feed.clone(),
            title: self.title.clone().unwrap_or_default(),
            as_of: as_of.map_or(AsOf::Unknown, AsOf::On),
            confidence: self.confidence.unwrap_or(Confidence::High),
            reason: self.reason.clone().unwrap_or_default(),
            products: self.product.clone(),
            service: self.service.clone(),
            region: self.region.clone(),
            region_column: self.region_column.clone(),
            prefix_column: self.prefix_column.clone(),
            flows: self.flows.clone(),
            level: self.level,
            only: self.only.clone(),
            allow_reserved: self.allow_reserved,
        }
    }
}

fn feed_names() -> PossibleValuesParser {
    PossibleValuesParser::new(FEEDS.iter().map(|feed| PossibleValue::new(feed.name).help(feed.about)))
}

fn confidence(text: &str) -> Result<Confidence, String> {
    let found = Confidence::ALL.iter().copied().find(|grade| grade.name() == text);
    found.ok_or_else(|| format!("`{text}` is not a grade; the grades are high, medium, low"))
}

fn level(text: &str) -> Result<Level, String> {
    let found = Level::ALL.iter().copied().find(|level| level.name() == text);
    found.ok_or_else(|| format!("`{text}` is not a level; the levels are required, recommended, optional"))
}

fn service(text: &str) -> Result<String, String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let is_id = !text.is_empty() && text.chars().all(letters);
    if is_id { Ok(text.to_owned()) } else { Err("ids consist of a-z, 0-9, `-` and `.`".to_owned()) }
}

fn key_value(text: &str) -> Result<String, String> {
    if text.contains('=') { Ok(text.to_owned()) } else { Err(format!("`{text}` is not KEY=VALUE")) }
}

/// The name of a catalogue, which is also that of its file.
pub(super) fn name(text: &str) -> Result<String, String> {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(letters);
    if is_name { Ok(text.to_owned()) } else { Err("a name consists of letters, digits, `-`, `_` and `.`".to_owned()) }
}
