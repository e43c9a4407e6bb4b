//! From YAML to a project.

use super::values::{day, filled, hash, network, unknown_code};
use super::{IngressSource, Packets, Pattern, Project, RuleSets, Settings, Shown, Site, Waiver, Written};
use crate::finding::{Code, Finding, Severity};
use crate::ingress::Product;
use crate::policy::Hook;
use crate::source::SourceId;
use crate::yaml::{self, Mapping, Node, Scalar};
use std::collections::HashSet;

/// The keys of each mapping; the published schema is held against them by a test.
pub(super) mod keys {
    pub const PROJECT: &[&str] =
        &["version", "sites", "defaults", "severity", "fail_on", "baseline", "ingress", "waivers"];
    pub const SETTINGS: &[&str] = &[
        "ipset",
        "definitions",
        "clients",
        "in",
        "out",
        "regions",
        "services",
        "product",
        "requirements",
        "no_default_requirements",
        "hook",
    ];
    /// Those of a site beside the settings.
    pub const SITE: &[&str] = &["name", "rulesets"];
    pub const FIREWALL: &[&str] = &["name", "files"];
    pub const INGRESS: &[&str] = &["name", "file", "url", "sha256"];
    pub const WAIVER: &[&str] = &["requirement", "ruleset", "packets", "reason", "owner", "expires"];
}

/// The only version of the schema.
const VERSION: &str = "1";

/// Reads a whole file.
pub(super) fn project(source: SourceId, text: &str) -> Result<Project, Vec<Finding>> {
    let root = yaml::read(source, text)?;
    let mut reader = Reader::default();
    let project = reader.project(&root);
    if reader.findings.is_empty() {
        return Ok(project.unwrap_or_default());
    }
    reader.findings.sort_by_key(|finding| finding.span().map(|span| span.start));
    Err(reader.findings)
}

/// Collects findings, so that a file is told everything at once.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) findings: Vec<Finding>,
}

impl Reader {
    fn project(&mut self, root: &Node) -> Option<Project> {
        let top = self.mapping(root, "a project file", keys::PROJECT)?;
        self.version(top, "version", VERSION, "a project file");
        let defaults = match top.get("defaults") {
            Some(node) => self.mapping(node, "`defaults`", keys::SETTINGS).map(|map| self.settings(map, None)),
            None => None,
        };
        let defaults = defaults.unwrap_or_default();
        let ingress = self.each(top.get("ingress"), "`ingress`", Reader::source);
        let sites = self.each(top.get("sites"), "`sites`", |reader, node| reader.site(node, &defaults, &ingress));
        self.unique(sites.iter().map(|site| &site.name), "site");
        Some(Project {
            severity: self.severities(top),
            fail_on: self.fail_on(top),
            baseline: top.get("baseline").and_then(|node| self.written(node, "`baseline`")),
            waivers: self.each(top.get("waivers"), "`waivers`", Reader::waiver),
            sites,
            defaults,
            ingress,
        })
    }

    pub(super) fn version(&mut self, map: &Mapping, key: &str, version: &str, what: &str) {
        let Some(node) = self.note(map.require(key, what)) else { return };
        let Some(scalar) = self.note(node.expect_scalar(&format!("`{key}`"))) else { return };
        if scalar.text != version {
            let finding = scalar.invalid("a version that is known");
            self.findings.push(finding.help(format!("this program reads `{key}: {version}`")));
        }
    }

    fn site(&mut self, node: &Node, defaults: &Settings, ingress: &[IngressSource]) -> Option<Site> {
        let known: Vec<&str> = keys::SITE.iter().chain(keys::SETTINGS).copied().collect();
        let map = self.mapping(node, "a site", &known)?;
        let settings = self.settings(map, Some(defaults));
        self.check(map, &settings, ingress);
        let name = self.required(map, "name", "a site");
        let rule_sets = self.note(map.require("rulesets", "a site"))?;
        let mut all = Vec::new();
        for item in rule_sets.one_or_many() {
            all.extend(self.rule_sets(item));
        }
        if rule_sets.one_or_many().is_empty() {
            self.findings.push(rule_sets.expected("`rulesets`", "at least one path or glob"));
        }
        Some(Site { name: name?, rule_sets: all, settings })
    }

    fn rule_sets(&mut self, node: &Node) -> Option<RuleSets> {
        if node.as_mapping().is_none() {
            return self.written(node, "an item of `rulesets`").map(RuleSets::Files);
        }
        let map = self.mapping(node, "a firewall", keys::FIREWALL)?;
        let name = self.required(map, "name", "a firewall");
        let files = self.note(map.require("files", "a firewall"))?;
        if files.one_or_many().is_empty() {
            self.findings.push(files.expected("`files`", "at least one path or glob"));
        }
        let files = self.all_written(files, "`files`");
        Some(RuleSets::Firewall { name: name?, files })
    }

    /// The settings of a mapping; what it does not say is that of the defaults.
    fn settings(&mut self, map: &Mapping, defaults: Option<&Settings>) -> Settings {
        let mut all = defaults.cloned().unwrap_or_default();
        for (key, node) in &map.entries {
            let what = format!("`{}`", key.text);
            match key.text.as_ref() {
                "ipset" => all.ipset = Some(self.all_written(node, &what)),
                "definitions" => all.definitions = self.written(node, &what),
                "clients" => all.clients = Some(self.many(node, &what, network)),
                "in" => all.in_interfaces = Some(self.many(node, &what, filled)),
                "out" => all.out_interfaces = Some(self.many(node, &what, filled)),
                "regions" => all.regions = Some(self.many(node, &what, filled)),
                "services" => all.services = Some(self.many(node, &what, filled)),
                "product" => all.product = self.choice(node, &what, Product::ALL, Product::name),
                "requirements" => all.requirements = Some(self.all_written(node, &what)),
                "no_default_requirements" => all.no_default_requirements = self.flag(node, &what),
                "hook" => all.hook = self.choice(node, &what, &[Hook::Forward, Hook::Output], Hook::name),
                _ => {}
            }
        }
        all
    }

    /// Settings that contradict each other.
    fn check(&mut self, map: &Mapping, settings: &Settings, ingress: &[IngressSource]) {
        let is_empty = |list: &Option<Vec<Written>>| list.as_ref().is_none_or(Vec::is_empty);
        if settings.no_default_requirements == Some(true) && is_empty(&settings.requirements) && ingress.is_empty() {
            let message = "nothing is required: the shipped requirements are left out, and no others are named";
            self.findings.push(
                Finding::new(Code::InvalidValue, message).at(map.head(), "").help("name a file in `requirements`"),
            );
        }
        let has_entry = settings.in_interfaces.as_ref().is_some_and(|names| !names.is_empty());
        if settings.hook == Some(Hook::Output) && has_entry {
            let message = "`in` and `hook: output` exclude each other";
            let finding = Finding::new(Code::InvalidValue, message).at(map.head(), "");
            self.findings.push(finding.note("what the machine itself sends has come in by no interface"));
        }
    }

    fn source(&mut self, node: &Node) -> Option<IngressSource> {
        let map = self.mapping(node, "an ingress source", keys::INGRESS)?;
        let name = self.required(map, "name", "an ingress source")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.text.chars().all(plain) || name.text.starts_with('.') {
            let message = format!("`{}` is not the name of a catalogue", name.text);
            let finding = Finding::new(Code::InvalidValue, message).at(name.span, "");
            self.findings.push(finding.help("names consist of letters, digits, `-`, `_` and `.`"));
        }
        let url = map.get("url").and_then(|node| self.written(node, "`url`"));
        if let Some(wrong) = url.as_ref().filter(|url| !url.text.starts_with("https://")) {
            let message = format!("`{}` is not an address that begins with https://", wrong.text);
            self.findings.push(Finding::new(Code::InvalidValue, message).at(wrong.span, ""));
        }
        let usual = Written { text: format!("ingress/{}.yaml", name.text), span: name.span };
        let file = map.get("file").and_then(|node| self.written(node, "`file`")).unwrap_or(usual);
        let sha256 = map.get("sha256").and_then(|node| {
            let scalar = self.note(node.expect_scalar("`sha256`"))?;
            self.note(hash(scalar))
        });
        Some(IngressSource { name: name.text, file, url, sha256 })
    }

    fn severities(&mut self, top: &Mapping) -> Vec<(Code, Shown)> {
        let Some(map) = top.get("severity").and_then(|node| self.note(node.expect_mapping("`severity`"))) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (key, node) in &map.entries {
            let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
            let Ok(code) = key.text.parse::<Code>() else {
                self.findings.push(unknown_code(key, &names));
                continue;
            };
            let Some(shown) = self.shown(node, code) else { continue };
            all.push((code, shown));
        }
        all
    }

    fn shown(&mut self, node: &Node, code: Code) -> Option<Shown> {
        const ALL: [Shown; 4] =
            [Shown::As(Severity::Error), Shown::As(Severity::Warning), Shown::As(Severity::Note), Shown::Off];
        let shown = self.choice(node, "a severity", &ALL, name_of_shown)?;
        if shown == Shown::Off && !code.may_be_off() {
            let message = format!("`{code}` cannot be turned off");
            let finding = Finding::new(Code::InvalidValue, message).at(node.head(), "");
            self.findings.push(
                finding.help(
                    "a finding that tells why a check fails stays visible; waive the flow, or lower the severity",
                ),
            );
            return None;
        }
        Some(shown)
    }

    fn fail_on(&mut self, top: &Mapping) -> Option<Severity> {
        const ALL: [Option<Severity>; 4] = [Some(Severity::Error), Some(Severity::Warning), Some(Severity::Note), None];
        let node = top.get("fail_on")?;
        self.choice(node, "a level", &ALL, |level| level.map_or("none", Severity::name)).flatten()
    }

    fn waiver(&mut self, node: &Node) -> Option<Waiver> {
        let map = self.mapping(node, "a waiver", keys::WAIVER)?;
        let requirements = self.patterns(map, "requirement", false);
        let rule_sets = self.patterns(map, "ruleset", true);
        let packets = map.get("packets").map(|node| self.packets(node)).unwrap_or_default();
        let reason = self.required(map, "reason", "a waiver");
        let owner = self.required(map, "owner", "a waiver");
        let expires = self.note(map.require("expires", "a waiver"))?;
        let expires = expires.expect_scalar("`expires`").and_then(day);
        let expires = self.note(expires)?;
        let span = map.head();
        Some(Waiver {
            requirements: requirements?,
            rule_sets: rule_sets?,
            packets,
            reason: reason?.text,
            owner: owner?.text,
            expires,
            span,
        })
    }

    fn patterns(&mut self, map: &Mapping, key: &str, paths: bool) -> Option<Vec<Pattern>> {
        let node = self.note(map.require(key, "a waiver"))?;
        if node.one_or_many().is_empty() {
            self.findings.push(node.expected(&format!("`{key}`"), "at least one name or glob"));
        }
        let pattern = |scalar: &Scalar| {
            let text = filled(scalar)?;
            Pattern::new(&text, paths).map_err(|why| scalar.invalid("a glob").note(why))
        };
        Some(self.many(node, &format!("`{key}`"), pattern))
    }

    /// A waiver that names packets must not become one for all of them.
    pub(super) fn packets(&mut self, node: &Node) -> Vec<Packets> {
        if node.one_or_many().is_empty() {
            self.findings.push(node.expected("`packets`", "at least one line"));
        }
        let line = |scalar: &Scalar| {
            let parsed: Result<Packets, String> = scalar.text.parse();
            parsed.map_err(|why| Finding::new(Code::InvalidValue, why).at(scalar.span, ""))
        };
        self.many(node, "`packets`", line)
    }

    fn unique<'w>(&mut self, names: impl Iterator<Item = &'w Written>, what: &str) {
        let mut seen = HashSet::new();
        for name in names.filter(|name| !seen.insert(name.text.as_str())) {
            let message = format!("the {what} `{}` occurs twice", name.text);
            self.findings.push(Finding::new(Code::InvalidValue, message).at(name.span, "here again"));
        }
    }
}

fn name_of_shown(shown: Shown) -> &'static str {
    match shown {
        Shown::As(severity) => severity.name(),
        Shown::Off => "off",
    }
}
