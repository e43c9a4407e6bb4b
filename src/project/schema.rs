//! The schema of project files, published as `docs/schemas/project.schema.json`.
//!
//! The types here only describe the file; [`Project::read`](super::Project::read) reads it itself, to say where
//! something is wrong. Tests hold both together.
#![allow(dead_code)]

use crate::finding::Severity;
use crate::ingress::Product;
use crate::policy::Hook;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// The JSON Schema of a project file, as text with a final newline.
pub fn json() -> String {
    let schema = schemars::schema_for!(ProjectFile);
    serde_json::to_string_pretty(&schema).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Which rule sets `fwproof check` judges, for which clients, and what is accepted. All paths start from the folder of
/// the file and stay inside of it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ProjectFile {
    /// The version of this schema: 1.
    #[schemars(range(min = 1, max = 1))]
    version: u8,
    /// The sites, each with its rule sets.
    sites: Option<Vec<Site>>,
    /// What holds where a site says nothing, and for rule sets of no site.
    defaults: Option<Settings>,
    /// How bad findings are, by code. It decides how they are shown and what `fail_on` counts, never a verdict.
    severity: Option<BTreeMap<String, Shown>>,
    /// Exit with 1 when there is a finding of at least this severity that is not waived; default: none.
    fail_on: Option<FailOn>,
    /// The file of accepted findings that `--write-baseline` wrote.
    baseline: Option<String>,
    /// Catalogues of required addresses that are published elsewhere and kept as files.
    ingress: Option<Vec<IngressSource>>,
    /// Exceptions that somebody answers for.
    waivers: Option<Vec<Waiver>>,
}

/// A place with firewalls. What it does not say is that of `defaults`; a list takes the place of the default list.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Site {
    /// Its name, unique in the file.
    name: String,
    /// Its rule sets: paths and globs (`*` within a folder, `**` over folders), or files that are one firewall.
    rulesets: OneOrMany<RuleSets>,
    /// Files with the sets that iptables rules refer to: output of `ipset save` or `ipset list`.
    ipset: Option<OneOrMany<String>>,
    /// A folder with definitions of networks and services, `*.yaml`, that Aerleon policies refer to.
    definitions: Option<String>,
    /// Addresses of the clients, IPv4 and IPv6; default: what the rule set says, else all private addresses.
    clients: Option<OneOrMany<String>>,
    /// Interfaces (or ASA nameifs) by which the clients enter.
    #[schemars(rename = "in")]
    in_: Option<OneOrMany<String>>,
    /// Interfaces (or ASA nameifs) by which the flows leave.
    out: Option<OneOrMany<String>>,
    /// Judge only these regions; default: all.
    regions: Option<OneOrMany<String>>,
    /// Judge only these services; default: all.
    services: Option<OneOrMany<String>>,
    /// The product whose web gateway the clients use; default: umbrella.
    product: Option<Product>,
    /// Files of further requirements.
    requirements: Option<OneOrMany<String>>,
    /// Leave out the requirements that fwproof ships; default: false.
    no_default_requirements: Option<bool>,
    /// Where the clients are: behind the machine that has the rules, or on it; default: forward.
    hook: Option<Hook>,
}

/// What holds where a site says nothing; see there.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Settings {
    /// As of a site.
    ipset: Option<OneOrMany<String>>,
    /// As of a site.
    definitions: Option<String>,
    /// As of a site.
    clients: Option<OneOrMany<String>>,
    /// As of a site.
    #[schemars(rename = "in")]
    in_: Option<OneOrMany<String>>,
    /// As of a site.
    out: Option<OneOrMany<String>>,
    /// As of a site.
    regions: Option<OneOrMany<String>>,
    /// As of a site.
    services: Option<OneOrMany<String>>,
    /// As of a site.
    product: Option<Product>,
    /// As of a site.
    requirements: Option<OneOrMany<String>>,
    /// As of a site.
    no_default_requirements: Option<bool>,
    /// As of a site.
    hook: Option<Hook>,
}

/// Rule sets of a site.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum RuleSets {
    /// A path or a glob. The IPv4 and the IPv6 dump of one firewall are found by their names.
    Files(String),
    /// Files that are one firewall.
    Firewall(Firewall),
}

/// Files that are one firewall.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Firewall {
    /// The name for reports.
    name: String,
    /// Its files: each family may stand in one of them only.
    files: OneOrMany<String>,
}

/// How findings of a code are shown.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Shown {
    /// With this severity.
    As(Severity),
    /// `off`: not at all. Only for findings that neither are about verdicts nor stop a check.
    Off(#[schemars(regex(pattern = "^off$"))] String),
    /// `off` as readers of YAML 1.1 take it.
    False(#[schemars(extend("const" = false))] bool),
}

/// A severity, or `none`.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum FailOn {
    /// Only what verdicts decide.
    None,
    /// Any finding.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors.
    Error,
}

/// A catalogue that somebody publishes. `check` takes its file as further requirements of every site.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct IngressSource {
    /// Its name: letters, digits, `-`, `_` and `.`.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]*$"))]
    name: String,
    /// Where it is kept; default: `ingress/NAME.yaml`.
    file: Option<String>,
    /// The address that it is fetched from.
    #[schemars(regex(pattern = "^https://"))]
    url: Option<String>,
    /// The SHA-256 that the data must have.
    #[schemars(regex(pattern = "^[0-9A-Fa-f]{64}$"))]
    sha256: Option<String>,
}

/// An exception that somebody answers for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Waiver {
    /// Ids of requirements, such as `dns-udp-443` or `swg-https@london`; `*` stands for any letters.
    requirement: OneOrMany<String>,
    /// Rule sets: paths and globs from the folder of the file, or the name of a firewall.
    ruleset: OneOrMany<String>,
    /// The packets that are accepted, such as `udp 10.1.0.0/16 > 208.67.222.222:53`; default: all of the requirement.
    packets: Option<OneOrMany<String>>,
    /// Why it is accepted.
    #[schemars(length(min = 1))]
    reason: String,
    /// Who answers for it.
    #[schemars(length(min = 1))]
    owner: String,
    /// The last day on which it holds, in UTC.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    expires: String,
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
