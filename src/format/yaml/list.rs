//! The flat list that in-house repositories use: rules with many spellings of the same keys, at the top of the file
//! or under `rules`. The first rule that matches decides, the end denies, and answers pass.

use super::fields::{Alias, Fields};
use super::model::{Default, Model, Rule, Verb};
use super::native::{line_one, seen_families};
use super::order::Priorities;
use super::reader::{Read, Reader};
use super::rule;
use crate::finding::{Code, Finding};
use crate::format::{Input, ReadOptions};
use crate::policy::Condition;
use crate::yaml::{Mapping, Node};
use std::collections::BTreeSet;

/// The keys beside `rules`.
const TOP: &[&str] = &["rules", "name", "comment", "description"];

/// The keys of a rule and what they mean natively.
pub(super) const RULE: &[Alias] = &[
    ("name", "name"),
    ("source", "from"),
    ("src", "from"),
    ("source_ip", "from"),
    ("src_ip", "from"),
    ("source_address", "from"),
    ("source_addresses", "from"),
    ("from", "from"),
    ("destination", "to"),
    ("dst", "to"),
    ("dest_ip", "to"),
    ("dst_ip", "to"),
    ("destination_ip", "to"),
    ("destination_address", "to"),
    ("destination_addresses", "to"),
    ("to", "to"),
    ("protocol", "proto"),
    ("proto", "proto"),
    ("port", "ports"),
    ("ports", "ports"),
    ("dport", "ports"),
    ("dest_port", "ports"),
    ("destination_port", "ports"),
    ("destination_ports", "ports"),
    ("sport", "source_ports"),
    ("source_port", "source_ports"),
    ("source_ports", "source_ports"),
    ("action", "action"),
    ("priority", "priority"),
    ("enabled", "enabled"),
    ("log", "log"),
    ("owner", "owner"),
    ("ticket", "ticket"),
    ("comment", "comment"),
    ("description", "comment"),
    ("id", "id"),
];

/// Reads a tree; no model when there is no list of rules.
pub(super) fn model(root: &Node<'_>, input: &Input<'_>, options: &ReadOptions) -> (Option<Model>, Vec<Finding>) {
    let mut reader = Reader::new(true);
    let model = read(&mut reader, root, input, options).ok();
    (model, reader.findings)
}

fn read<'n>(reader: &mut Reader<'n>, root: &'n Node<'n>, input: &Input, options: &ReadOptions) -> Read<Model> {
    let (name, items, head) = match root.as_mapping() {
        Some(top) => around(reader, top)?,
        None => (String::new(), reader.note(root.expect_sequence("the file"))?, Ok(())),
    };
    let mut priorities = Priorities::new(options.order);
    let mut aliases = BTreeSet::new();
    let mut rules: Vec<Rule> = Vec::with_capacity(items.len());
    for item in items {
        let (rule, fields) = rule::rule(reader, item, RULE, input, &options.date);
        priorities.add(reader, rule.span, fields.as_ref());
        rules.push(rule);
        aliases.extend(fields.iter().flat_map(Fields::written));
    }
    let order = priorities.sort(reader, &mut rules);
    reader.findings.push(as_read(&aliases, order.as_ref().ok().copied().flatten(), root));
    let unsure = head.and(order.map(|_| ())).err().map(|text| Condition { text, span: root.head() });
    Ok(Model {
        name,
        default: Default::Is(Verb::Deny),
        default_at: line_one(input),
        stateful: true,
        families: seen_families(reader.saw_v6),
        declared: None,
        unsure,
        rules,
    })
}

type Parts<'n> = (String, &'n [Node<'n>], Read<()>);

fn around<'n>(reader: &mut Reader<'n>, top: &'n Mapping<'n>) -> Read<Parts<'n>> {
    let items = reader.note(top.require("rules", "the file"))?;
    let items = reader.note(items.expect_sequence("`rules`"))?;
    let unknown = reader.all::<()>(top.unknown_keys(TOP).into_iter().map(Err).collect()).map(|_| ());
    Ok((reader.text(top.get("name"), "name").unwrap_or_default(), items, unknown))
}

/// Says how the list was taken, so that its owner can disagree.
fn as_read(aliases: &BTreeSet<(&str, &str)>, order: Option<&str>, root: &Node) -> Finding {
    let message = "a plain list of rules: the first that matches decides, the end denies, and answers pass";
    let renamed = aliases.iter().filter(|(name, written)| name != written);
    let renamed: Vec<String> = renamed.map(|(name, written)| format!("`{written}` as `{name}`")).collect();
    let finding = Finding::new(Code::Tolerated, message).at(root.head(), "");
    let finding = order.into_iter().fold(finding, Finding::note);
    if renamed.is_empty() { finding } else { finding.note(format!("keys were read so: {}", renamed.join(", "))) }
}
