//! The native schema: `fwproof: 1`.

use super::fields::Alias;
use super::model::{Default, Model, Rule, Verb};
use super::reader::{Read, Reader};
use super::rule::{self, VERBS};
use crate::finding::{Code, Finding};
use crate::format::{Input, ReadOptions};
use crate::policy::Condition;
use crate::source::Span;
use crate::space::Family;
use crate::yaml::{Mapping, Node};

/// The keys at the top of a file.
pub(super) const TOP: &[&str] = &[
    "fwproof",
    "name",
    "comment",
    "default",
    "stateful",
    "families",
    "interfaces",
    "zones",
    "networks",
    "services",
    "rules",
];

/// The keys of a rule.
pub(super) const RULE: &[Alias] = &[
    ("name", "name"),
    ("action", "action"),
    ("from", "from"),
    ("to", "to"),
    ("service", "service"),
    ("proto", "proto"),
    ("ports", "ports"),
    ("source_ports", "source_ports"),
    ("icmp", "icmp"),
    ("in", "in"),
    ("out", "out"),
    ("log", "log"),
    ("enabled", "enabled"),
    ("starts", "starts"),
    ("expires", "expires"),
    ("owner", "owner"),
    ("ticket", "ticket"),
    ("comment", "comment"),
];

/// Reads a tree; no model when the version or the list of rules is wrong.
pub(super) fn model(root: &Node<'_>, input: &Input<'_>, options: &ReadOptions) -> (Option<Model>, Vec<Finding>) {
    let mut reader = Reader::new(false);
    let model = read(&mut reader, root, input, options).ok();
    (model, reader.findings)
}

fn read<'n>(reader: &mut Reader<'n>, root: &'n Node<'n>, input: &Input, options: &ReadOptions) -> Read<Model> {
    let top = reader.note(root.expect_mapping("the file"))?;
    reader.version(top)?;
    let items = reader.note(top.require("rules", "the file"))?;
    let items = reader.note(items.expect_sequence("`rules`"))?;
    let (name, unsure) = head(reader, top);
    let stateful = reader.flag(top.get("stateful"), "stateful", true);
    let families = families(reader, top);
    let default = default(reader, top).unwrap_or_else(Default::Unknown);
    let rules: Vec<Rule> = rule::rules(reader, items, RULE, input, &options.date);
    let reason = unsure.and(stateful.clone().map(|_| ())).and(families.clone().map(|_| ())).err();
    Ok(Model {
        name,
        default,
        default_at: top.get("default").map_or_else(|| line_one(input), Node::head),
        stateful: stateful.unwrap_or(true),
        families: families.ok().flatten().unwrap_or_else(|| seen_families(reader.saw_v6)),
        declared: reader.zones.declared.take(),
        unsure: reason.map(|text| Condition { text, span: top.head() }),
        rules,
    })
}

/// The first line of the text.
pub(super) fn line_one(input: &Input) -> Span {
    input.span(input.text.lines().next().unwrap_or(""))
}

/// Without `families`, IPv6 is judged where an IPv6 address occurs.
pub(super) fn seen_families(saw_v6: bool) -> Vec<Family> {
    if saw_v6 { Family::BOTH.to_vec() } else { vec![Family::V4] }
}

/// Definitions and unknown keys. A definition that is wrong concerns the rules that use it; a key whose meaning is not
/// known may concern all of them.
fn head<'n>(reader: &mut Reader<'n>, top: &'n Mapping<'n>) -> (String, Read<()>) {
    let unknown = reader.all::<()>(top.unknown_keys(TOP).into_iter().map(Err).collect()).map(|_| ());
    let name = reader.text(top.get("name"), "name").unwrap_or_default();
    reader.text(top.get("comment"), "comment").ok();
    let state = [
        top.get("interfaces").map_or(Ok(()), |node| reader.declare_interfaces(node)),
        top.get("zones").map_or(Ok(()), |node| reader.declare_zones(node)),
        top.get("networks").map_or(Ok(()), |node| reader.define_networks(node)),
        top.get("services").map_or(Ok(()), |node| reader.define_services(node)),
    ];
    (name, state.into_iter().fold(unknown, Read::and))
}

fn default(reader: &mut Reader, top: &Mapping) -> Read<Default> {
    let Some(node) = top.get("default") else { return Ok(Default::Is(Verb::Deny)) };
    let scalar = reader.note(node.expect_scalar("`default`"))?;
    let names: Vec<&str> = VERBS.iter().filter(|row| row.0 != "block").map(|row| row.0).collect();
    match VERBS.iter().find(|row| row.0 == scalar.text && names.contains(&row.0)) {
        Some((_, verb)) => Ok(Default::Is(*verb)),
        None => reader.fail(scalar.unknown_value("an action", &names)),
    }
}

fn families(reader: &mut Reader, top: &Mapping) -> Read<Option<Vec<Family>>> {
    let Some(node) = top.get("families") else { return Ok(None) };
    if node.one_or_many().is_empty() {
        return reader.fail(node.expected("`families`", "a list of 4 and 6"));
    }
    let each = node.one_or_many().iter().map(|item| {
        let scalar = item.expect_scalar("`families`")?;
        match scalar.text.as_ref() {
            "4" => Ok(Family::V4),
            "6" => Ok(Family::V6),
            _ => Err(scalar.invalid("4 or 6")),
        }
    });
    let named = reader.all(each.collect())?;
    Ok(Some(Family::BOTH.into_iter().filter(|family| named.contains(family)).collect()))
}

impl Reader<'_> {
    fn version(&mut self, top: &Mapping) -> Read<()> {
        let node = self.note(top.require("fwproof", "the file"))?;
        let scalar = self.note(node.expect_scalar("`fwproof`"))?;
        if scalar.text == "1" {
            return Ok(());
        }
        let message = format!("`{}` is not a version of the schema that is known", scalar.text);
        self.fail(Finding::new(Code::InvalidValue, message).at(scalar.span, "").help("write `fwproof: 1`"))
    }
}
