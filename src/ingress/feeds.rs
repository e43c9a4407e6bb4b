//! Lists of addresses as others publish them, and how each becomes a catalogue. One row of [`FEEDS`] for each.
//!
//! Every reader keeps the place of each entry, and says everything that is wrong with a list at once. A list with a
//! mistake is not read in part: what was left out would be missed by nobody.

mod aws;
mod build;
mod entry;
mod geofeed;
mod list;
mod microsoft365;
mod native;
mod records;
mod regions;
mod table;

use super::{Catalogue, FeedOptions, suspect};
use crate::finding::{Code, Finding, Severity};
use crate::source::{SourceId, Span};

/// A list to read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The text's own id.
    pub source: SourceId,
    /// Where it is from, as the catalogue will say: a file or an address.
    pub reference: &'a str,
    /// The name of the catalogue.
    pub name: &'a str,
    /// The list.
    pub text: &'a str,
}

impl Input<'_> {
    fn start(&self) -> Span {
        Span { source: self.source, start: 0, end: 0 }
    }
}

/// A format in which lists are published.
pub struct Feed {
    /// The name for `--feed`.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Does the text look like it? The first row that says so is taken.
    pub recognises: fn(&str) -> bool,
    /// Reads a text.
    pub read: fn(&Input<'_>, &FeedOptions) -> Result<Imported, Vec<Finding>>,
}

/// What a list gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The catalogue, with its places in the list.
    pub catalogue: Catalogue,
    /// What was not taken over as it stands.
    pub notes: Vec<Finding>,
    /// The name of the format.
    pub feed: &'static str,
}

/// All formats, the most particular first: what none of them recognises is no list.
pub const FEEDS: &[Feed] = &[
    Feed {
        name: "fwproof",
        about: "a catalogue in the schema of docs/requirements.md",
        recognises: native::recognises,
        read: native::read,
    },
    Feed {
        name: "microsoft-365",
        about: "Microsoft 365 endpoints (JSON of the endpoints web service)",
        recognises: microsoft365::recognises,
        read: microsoft365::read,
    },
    Feed { name: "aws", about: "AWS ip-ranges.json", recognises: aws::recognises, read: aws::read },
    Feed {
        name: "regions",
        about: "JSON or YAML that maps each region to its addresses",
        recognises: regions::recognises,
        read: regions::read,
    },
    Feed {
        name: "geofeed",
        about: "a geofeed (RFC 8805), CSV without a header",
        recognises: geofeed::recognises,
        read: geofeed::read,
    },
    Feed {
        name: "csv",
        about: "CSV with a header; comma, semicolon or tab",
        recognises: table::recognises,
        read: table::read,
    },
    Feed {
        name: "list",
        about: "one address, prefix or host name a line",
        recognises: list::recognises,
        read: list::read,
    },
];

/// Reads a list in the format that the options name, else the one that is recognised, and refuses what no service can
/// have.
///
/// # Errors
/// Everything that is wrong with it, each at its place; then nothing of it should be used.
pub fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    if input.text.trim().is_empty() {
        return Err(vec![Finding::new(Code::InvalidValue, "the list is empty").at(input.start(), "")]);
    }
    let feed = match &options.feed {
        Some(name) => FEEDS.iter().find(|feed| feed.name == name).ok_or_else(|| unknown(input, name))?,
        None => FEEDS.iter().find(|feed| (feed.recognises)(input.text)).ok_or_else(|| unrecognised(input))?,
    };
    let mut imported = (feed.read)(input, options)?;
    let refused = suspect::impossible(&imported.catalogue, options.allow_reserved);
    if !refused.is_empty() {
        return Err(refused.into_iter().map(|finding| Finding { severity: Severity::Error, ..finding }).collect());
    }
    if imported.catalogue.services.iter().all(|service| service.all_destinations().next().is_none()) {
        return Err(vec![Finding::new(Code::InvalidValue, "the list holds no address").at(input.start(), "")]);
    }
    imported.feed = feed.name;
    Ok(imported)
}

fn unknown(input: &Input<'_>, name: &str) -> Vec<Finding> {
    let finding = Finding::new(Code::InvalidValue, format!("`{name}` is not a format of lists"));
    vec![finding.at(input.start(), "").help(known())]
}

fn unrecognised(input: &Input<'_>) -> Vec<Finding> {
    let finding = Finding::new(Code::UnknownFormat, "the list is in no known format");
    vec![finding.at(input.start(), "").help(known())]
}

fn known() -> String {
    let names: Vec<&str> = FEEDS.iter().map(|feed| feed.name).collect();
    format!("the formats are {}; `--feed` chooses one", names.join(", "))
}

/// Whether a text begins as JSON or a YAML mapping does, and has a word.
fn begins_with(text: &str, starts: &[char]) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(starts)
}

#[cfg(test)]
mod tests;
