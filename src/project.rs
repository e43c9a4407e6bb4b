//! The project file `fwproof.yaml`: which rule sets belong to which site, what each site needs, and what is accepted
//! although it does not pass.
//!
//! A file is plain data here, with the place of all that `cli` has to look up later: paths stay as they are written.
//! The schema is in `schema`, and published as `docs/schemas/project.schema.json`.

mod baseline;
mod packets;
mod reader;
pub mod schema;
mod values;

pub use baseline::{Accepted, Baseline, scalar};
pub use packets::Packets;

use crate::finding::{Code, Finding, Severity};
use crate::ingress::{Date, Product};
use crate::policy::Hook;
use crate::source::{SourceId, Span};
use crate::space::{Family, PacketSet};
use globset::GlobMatcher;
use ipnet::IpNet;

/// The name of the file that is looked for.
pub const FILE: &str = "fwproof.yaml";

/// A text of the file, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// As it is written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What a project file says.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// In the order of the file; names are unique.
    pub sites: Vec<Site>,
    /// What holds where a site says nothing, and for rule sets of no site.
    pub defaults: Settings,
    /// How bad findings are, by code; each code once.
    pub severity: Vec<(Code, Shown)>,
    /// Findings of at least this severity make a check fail.
    pub fail_on: Option<Severity>,
    /// The file of accepted findings.
    pub baseline: Option<Written>,
    /// Catalogues of addresses that are published elsewhere and kept as files.
    pub ingress: Vec<IngressSource>,
    /// Exceptions.
    pub waivers: Vec<Waiver>,
}

/// Whether findings of a code are shown, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// With this severity.
    As(Severity),
    /// Not at all.
    Off,
}

/// A place with firewalls.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name.
    pub name: Written,
    /// Its rule sets, never none.
    pub rule_sets: Vec<RuleSets>,
    /// What holds at the site; what it does not say is that of the defaults.
    pub settings: Settings,
}

/// Rule sets of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleSets {
    /// A path or a glob; files are joined to firewalls by their names.
    Files(Written),
    /// Files that are one firewall.
    Firewall {
        /// The name for reports.
        name: Written,
        /// Paths or globs, never none.
        files: Vec<Written>,
    },
}

/// What a site needs and where it stands. `None` is what nobody said; a list that is there takes the place of the
/// default, also when it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Files with the sets that iptables rules refer to.
    pub ipset: Option<Vec<Written>>,
    /// A folder with definitions of networks and services that Aerleon policies refer to.
    pub definitions: Option<Written>,
    /// Networks of the clients, of both families.
    pub clients: Option<Vec<IpNet>>,
    /// Interfaces by which clients enter.
    pub in_interfaces: Option<Vec<String>>,
    /// Interfaces by which flows leave.
    pub out_interfaces: Option<Vec<String>>,
    /// Regions that are judged.
    pub regions: Option<Vec<String>>,
    /// Services that are judged.
    pub services: Option<Vec<String>>,
    /// The product that the clients use.
    pub product: Option<Product>,
    /// Files of further requirements.
    pub requirements: Option<Vec<Written>>,
    /// Are the shipped requirements left out?
    pub no_default_requirements: Option<bool>,
    /// Where the clients are.
    pub hook: Option<Hook>,
}

/// A catalogue that somebody publishes. Its file holds what was last fetched, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressSource {
    /// Its name: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// Where it is kept.
    pub file: Written,
    /// The `https` address that it is fetched from.
    pub url: Option<Written>,
    /// The SHA-256 that the data must have, as 64 hexadecimal digits in lower case.
    pub sha256: Option<String>,
}

/// An exception that somebody answers for.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Ids of requirements, with `*` and its like.
    pub requirements: Vec<Pattern>,
    /// Rule sets: paths from the folder of the project, or names of firewalls.
    pub rule_sets: Vec<Pattern>,
    /// The packets that are accepted; none means all of the requirement.
    pub packets: Vec<Packets>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds, in UTC; never without a day.
    pub expires: Date,
    /// Where it stands.
    pub span: Span,
}

/// A glob that was compiled.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    /// Compiles a glob; with `paths`, only `**` goes over slashes.
    ///
    /// # Errors
    /// The text is no glob; the message says why.
    pub fn new(text: &str, paths: bool) -> Result<Pattern, String> {
        let glob = globset::GlobBuilder::new(text).literal_separator(paths).build();
        let matcher = glob.map_err(|error| error.kind().to_string())?.compile_matcher();
        Ok(Pattern { text: text.to_owned(), matcher })
    }

    /// Does the name or path fit? A text without wildcards that is the name itself always does.
    pub fn matches(&self, name: &str) -> bool {
        self.text == name || self.matcher.is_match(name)
    }

    /// Can it only fit one name?
    pub fn is_literal(text: &str) -> bool {
        !text.contains(['*', '?', '[', '{', '\\'])
    }
}

impl Waiver {
    /// Does it speak of that requirement in a file of a rule set?
    pub fn is_about(&self, requirement: &str, rule_set: &str, file: &str) -> bool {
        self.requirements.iter().any(|pattern| pattern.matches(requirement))
            && self.rule_sets.iter().any(|pattern| pattern.matches(file) || pattern.matches(rule_set))
    }

    /// The packets of a family that it accepts: those that it names, else all.
    pub fn covered(&self, family: Family) -> PacketSet {
        if self.packets.is_empty() {
            return PacketSet::full(family);
        }
        let own = self.packets.iter().filter(|packets| packets.family() == family);
        own.fold(PacketSet::empty(family), |all, packets| all.union(&packets.set()))
    }

    /// Is it over on a day? A day that is known only by its month or year is taken as the last one of it.
    pub fn has_expired(&self, today: Date) -> bool {
        today.last_day() > self.expires.last_day()
    }
}

impl Project {
    /// Reads a project file; `source` must be the text's own id.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(source: SourceId, text: &str) -> Result<Project, Vec<Finding>> {
        reader::project(source, text)
    }

    /// The site of that name.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name.text == name)
    }
}

#[cfg(test)]
mod tests;
