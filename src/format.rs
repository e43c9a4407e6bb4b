//! Readers: from text to rule bases. One row of [`FORMATS`] for each format feeds recognition, `--format`, the help
//! texts and the documentation.

pub mod aerleon;
pub mod ansible;
pub mod asa;
pub mod ios;
pub mod ipset;
pub mod iptables;
mod rendered;
pub mod rule_lines;
mod unread;
mod wanted;
pub mod yaml;

pub use unread::{Unread, recognised_but_unread};
pub use wanted::{Flow, Wanted};

use crate::finding::Finding;
use crate::policy::{Hook, Policy, Topology};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// The longest text that is read, in bytes.
pub const MAX_TEXT: usize = 1 << 30;
/// The most rules and object expansions that a file may hold.
pub const MAX_RULES: usize = 4_000_000;
/// The most rules of a rule base that are all kept, whatever is asked about. Above, what only comes near to a flow is
/// not looked for.
pub const MOST_KEPT: usize = 20_000;
/// The deepest nesting of chains or groups.
pub const MAX_DEPTH: usize = 200;
/// Calls of chains that one rule set may make of a packet, each counted as often as it comes about.
pub const MAX_CALLS: usize = 100_000;
/// The most intervals that one match may be made of (non-contiguous masks); above, it is opaque.
pub const MAX_INTERVALS: usize = 65_536;

/// A text to be read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Where spans point to.
    pub source: SourceId,
    /// The file's name, as a hint (`.v6`).
    pub name: &'a str,
    /// The text, of which spans are slices.
    pub text: &'a str,
}

impl Input<'_> {
    /// The span of a slice of the text.
    pub fn span(&self, part: &str) -> Span {
        Span::of(self.source, self.text, part)
    }
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Keep how each line was understood, for `show`.
    pub detail: bool,
    /// The date by which time ranges are judged, as `YYYY-MM-DD`.
    pub date: String,
    /// Whose conversations will be asked about.
    pub hook: Hook,
    /// The contents of sets that rules refer to (`--ipset`).
    pub sets: Arc<ipset::Sets>,
    /// Sets that rules outside of the text change while they run, as those of the firewall's other file.
    pub changed_sets: Arc<BTreeSet<String>>,
    /// Judge this access list alone instead of the whole way through the device; formats without access lists take no
    /// notice of it.
    pub acl: Option<String>,
    /// Of a text that holds several devices, read the one of this name; the last one without.
    pub device: Option<String>,
    /// The addresses of host names that rules refer to; the names in lower case. A name that is not here is a condition.
    pub resolutions: BTreeMap<String, Vec<IpAddr>>,
    /// The order of the rules of a list whose rules have priorities.
    pub order: Option<Order>,
    /// The platform whose rendering of a policy for several of them is judged.
    pub target: Option<String>,
    /// Texts that the rule set refers to by name: definitions and parts to include.
    pub companions: Companions,
    /// What will be asked about, where that is known: a reader may set aside the rules of a large rule set that can
    /// match nothing of it.
    pub wanted: Option<Arc<Wanted>>,
}

/// The order in which the rules of a list with priorities are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The lowest `priority` first; rules of the same priority in the order of the file.
    Priority,
    /// As they stand in the file, whatever their priorities say.
    File,
}

/// Texts beside a rule set that belong to it.
#[derive(Debug, Clone, Default)]
pub struct Companions {
    /// Files of named networks and services; `None` where none were asked for.
    pub definitions: Option<Vec<Companion>>,
    /// Files to include, by the name that the rule set uses for them.
    pub includes: Vec<Companion>,
}

/// One text beside a rule set.
#[derive(Debug, Clone)]
pub struct Companion {
    /// The name by which it is referred to.
    pub name: String,
    /// Where spans in it point to.
    pub source: SourceId,
    /// The text.
    pub text: Arc<str>,
}

/// How lines were understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Understanding {
    /// Exactly modelled.
    Exact,
    /// Bounded: it matches some subset of what is known of it.
    Opaque,
    /// Not understood; the packets that it may touch are undecided.
    Rejected,
    /// Has no effect on transit.
    Neutral,
}

/// How many lines were understood in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Tally {
    /// Lines exactly modelled.
    pub exact: usize,
    /// Lines with a condition that the text does not decide.
    pub opaque: usize,
    /// Lines that were not understood.
    pub rejected: usize,
    /// Lines without effect on transit: comments, counters, other commands.
    pub neutral: usize,
}

impl Tally {
    /// Counts one line.
    pub fn count(&mut self, how: Understanding) {
        match how {
            Understanding::Exact => self.exact += 1,
            Understanding::Opaque => self.opaque += 1,
            Understanding::Rejected => self.rejected += 1,
            Understanding::Neutral => self.neutral += 1,
        }
    }

    /// Adds the lines that another one counted.
    pub fn add(&mut self, other: Tally) {
        self.exact += other.exact;
        self.opaque += other.opaque;
        self.rejected += other.rejected;
        self.neutral += other.neutral;
    }
}

/// How one line was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// The line.
    pub span: Span,
    /// How.
    pub understanding: Understanding,
    /// The line in canonical form, or what is left open, or why it plays no part.
    pub meaning: String,
}

/// A rule base of one family with what is known of the network around it.
#[derive(Debug, Clone)]
pub struct RuleBase {
    /// The rules.
    pub policy: Policy,
    /// Interfaces and client addresses.
    pub topology: Topology,
}

/// What a reader made of a text.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// At most one rule base for each family; none is an error of the input.
    pub bases: Vec<RuleBase>,
    /// What could not be taken as it stands.
    pub findings: Vec<Finding>,
    /// How many lines were understood in which way.
    pub tally: Tally,
    /// How each line was understood, when [`ReadOptions::detail`] asks for it.
    pub lines: Vec<ReadLine>,
    /// Sets that the rules change while they run (`-j SET`).
    pub changed_sets: BTreeSet<String>,
    /// How many rules were understood and set aside, see [`ReadOptions::wanted`].
    pub set_aside: usize,
    /// The names of the devices in the text, where it holds several; [`ReadOptions::device`] chooses one.
    pub devices: Vec<String>,
}

/// A format that can be read.
pub struct Format {
    /// The name for `--format` and reports.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Does the text look like it?
    pub recognises: fn(&str) -> bool,
    /// Do its texts list every interface, so that a name that they do not have is a mistake?
    pub lists_interfaces: bool,
    /// Why its texts do not say what becomes of packets that the machine itself sends; `None` where they do.
    pub without_output: Option<&'static str>,
    /// Reads it.
    pub read: fn(Input<'_>, &ReadOptions) -> Reading,
}

/// All formats, in the order in which they are tried.
pub const FORMATS: &[Format] = &[
    iptables::FORMAT,
    asa::FORMAT,
    ios::FORMAT,
    yaml::NATIVE,
    aerleon::FORMAT,
    ansible::FORMAT,
    rule_lines::FORMAT,
    yaml::LIST,
];

#[cfg(test)]
mod tests;
