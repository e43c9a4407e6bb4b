//! The native schema as JSON Schema, published as `docs/schemas/ruleset.schema.json`.
//!
//! The types only describe the files; the reader itself says where something is wrong. The tests hold both together.
#![allow(dead_code)]

use super::{native, service};
use schemars::JsonSchema;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A rule set: the first rule that matches a packet decides about it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RuleSet {
    /// The version of the schema.
    fwproof: Version,
    /// The name to show; default: `rules`.
    name: Option<String>,
    /// A remark.
    comment: Option<String>,
    /// What happens to a packet that no rule matches; default: deny.
    default: Option<Action>,
    /// Do answers of permitted connections pass by themselves? Default: true.
    stateful: Option<bool>,
    /// The families that are judged; default: 4, and 6 where an IPv6 address occurs.
    families: Option<OneOrMany<Family>>,
    /// All interfaces there are; default: any name is one.
    interfaces: Option<OneOrMany<String>>,
    /// Names of zones, or zones with the interfaces in them.
    zones: Option<Zones>,
    /// Named networks.
    networks: Option<BTreeMap<String, Addresses>>,
    /// Named services.
    services: Option<BTreeMap<String, Services>>,
    /// The rules, in the order in which they are asked.
    rules: Vec<Rule>,
}

/// One rule; it is for the packets that fit all of its keys.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    /// The name to show.
    name: Option<String>,
    /// What happens to the packets.
    action: Action,
    /// Sources; default: any.
    from: Option<Addresses>,
    /// Destinations; default: any.
    to: Option<Addresses>,
    /// Services, instead of `proto`; default: any.
    service: Option<Services>,
    /// Protocols by name or number; default: any.
    proto: Option<OneOrMany<TextOrNumber>>,
    /// Destination ports and ranges such as `1024-65535`; default: any.
    ports: Option<OneOrMany<TextOrNumber>>,
    /// Source ports; default: any.
    source_ports: Option<OneOrMany<TextOrNumber>>,
    /// ICMP types by name, number or `type/code`; default: any.
    icmp: Option<OneOrMany<TextOrNumber>>,
    /// Interfaces or zones by which packets enter; default: any.
    r#in: Option<Places>,
    /// Interfaces or zones by which packets leave; default: any.
    out: Option<Places>,
    /// Is it logged? Without effect on packets.
    log: Option<bool>,
    /// Has it any effect? Default: true.
    enabled: Option<bool>,
    /// The first day on which it has effect.
    starts: Option<Day>,
    /// The last day on which it has effect.
    expires: Option<Day>,
    /// Who answers for it.
    owner: Option<TextOrNumber>,
    /// Where it was asked for.
    ticket: Option<TextOrNumber>,
    /// A remark.
    comment: Option<TextOrNumber>,
}

/// A protocol with ports or ICMP types.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Service {
    /// Protocols by name or number; default: any.
    proto: Option<OneOrMany<TextOrNumber>>,
    /// Destination ports and ranges; default: any.
    ports: Option<OneOrMany<TextOrNumber>>,
    /// Source ports; default: any.
    source_ports: Option<OneOrMany<TextOrNumber>>,
    /// ICMP types by name, number or `type/code`; default: any.
    icmp: Option<OneOrMany<TextOrNumber>>,
}

#[derive(JsonSchema)]
struct Version(#[schemars(range(min = 1, max = 1))] u8);

#[derive(JsonSchema)]
struct Family(#[schemars(range(min = 4, max = 6))] u8);

/// A day such as 2026-01-31.
#[derive(JsonSchema)]
struct Day(#[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))] String);

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Action {
    Permit,
    Allow,
    Accept,
    Deny,
    Drop,
    Reject,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum TextOrNumber {
    Text(String),
    Number(u32),
}

/// The name of a network, an address, a prefix, a range, `any`, a list of those, or `{not: ...}`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Addresses {
    These(OneOrMany<String>),
    Not(Not),
}

/// Interfaces, zones, or `{not: ...}`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Places {
    These(OneOrMany<String>),
    Not(Not),
}

/// All but these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Not {
    not: OneOrMany<String>,
}

/// The name of a service, a protocol with ports, or a list of those.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Services {
    One(NameOrService),
    Many(Vec<NameOrService>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum NameOrService {
    Name(String),
    Service(Service),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Zones {
    Names(OneOrMany<String>),
    Members(BTreeMap<String, OneOrMany<String>>),
}

const PATH: &str = "docs/schemas/ruleset.schema.json";

fn json() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(RuleSet)).unwrap() + "\n"
}

fn schema() -> Value {
    serde_json::from_str(&json()).unwrap()
}

/// The example of the page about the schema.
fn documented_example() -> String {
    let page = include_str!("../../../docs/yaml.md");
    page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
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
    let keys = |part: &Value| part["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let known = |aliases: &[super::fields::Alias]| aliases.iter().map(|alias| alias.0.to_owned()).collect();
    assert_eq!(keys(&schema), native::TOP.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(keys(&schema["$defs"]["Rule"]), known(native::RULE));
    assert_eq!(keys(&schema["$defs"]["Service"]), known(service::KEYS));
}

/// The rule sets of a case.
fn inputs(case: &str) -> impl Iterator<Item = &str> {
    let parts = case.split("\n--- ").filter(|part| part.starts_with("input "));
    parts.filter_map(|part| part.split_once('\n').map(|(_, text)| text))
}

/// Native rule sets of the samples and of all cases that are read without a finding, by their files.
fn valid_texts() -> Vec<(String, String)> {
    let mut texts = vec![("the example".to_owned(), documented_example())];
    for entry in ["rulesets", "tests/cases/yaml"].iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        match path.extension().is_some_and(|end| end == "t") {
            true => texts.extend(inputs(&text).map(|input| (name.clone(), format!("{input}\n")))),
            false => texts.push((name, text)),
        }
    }
    texts.retain(|(_, text)| (super::NATIVE.recognises)(text) && super::tests::without_findings(text));
    texts
}

#[test]
fn samples_cases_and_the_documented_example_fit_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let texts = valid_texts();
    assert!(texts.len() > 20, "{}", texts.len());
    for (name, text) in texts {
        let value = crate::yaml::to_json(&text);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn samples_and_the_documented_example_are_read_without_findings() {
    super::tests::reads_without_findings("the example", &documented_example());
    let samples = valid_texts().into_iter().filter(|(name, _)| name.starts_with("rulesets")).count();
    let native =
        std::fs::read_dir("rulesets").unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    assert_eq!(samples, native.filter(|text| (super::NATIVE.recognises)(text)).count());
}
