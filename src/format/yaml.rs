//! Rule sets in YAML: the native schema of `docs/yaml.md`, and the flat list of rules that in-house repositories use.
//!
//! Both become one `Model`, which `lower` turns into a rule base for each family. What a rule says
//! wrongly makes that rule unknown, in what it matches and in what it does; it is never dropped and never read as
//! "any".

pub(super) mod address;
pub(super) mod fields;
mod list;
mod lower;
pub(super) mod model;
pub(super) mod names;
mod native;
pub(super) mod network;
mod order;
mod place;
pub(super) mod port;
pub(super) mod reader;
pub(super) mod recognise;
mod rule;
#[cfg(test)]
mod schema;
mod service;
#[cfg(test)]
mod tests;
pub(super) mod when;

use super::{Format, Input, ReadOptions, Reading};
use crate::finding::{Code, Finding};
use crate::yaml::{self, Node};

/// Why no YAML rule set has a way for the machine's own packets.
const ONE_PATH: &str = "its rules are for packets that pass through the firewall";

/// The row of the native schema.
pub const NATIVE: Format = Format {
    name: "yaml",
    about: "fwproof's own YAML schema (`fwproof: 1`)",
    recognises: recognise::native,
    lists_interfaces: true,
    without_output: Some(ONE_PATH),
    read: |input, options| read(input, options, native::model),
};

/// The row of the flat list.
pub const LIST: Format = Format {
    name: "yaml-list",
    about: "YAML or JSON with a plain list of rules",
    recognises: recognise::list,
    lists_interfaces: false,
    without_output: Some(ONE_PATH),
    read: |input, options| read(input, options, list::model),
};

/// What both schemas make of a tree: a model, unless the text as a whole is not valid.
type ToModel = fn(&Node<'_>, &Input<'_>, &ReadOptions) -> (Option<model::Model>, Vec<Finding>);

fn read(input: Input<'_>, options: &ReadOptions, to_model: ToModel) -> Reading {
    let root = match yaml::read(input.source, input.text) {
        Ok(root) => root,
        Err(findings) => return Reading { findings, ..Reading::default() },
    };
    let (model, mut findings) = to_model(&root, &input, options);
    findings.extend(model.as_ref().filter(|model| model.rules.is_empty()).map(empty));
    findings.sort_by_key(|finding| finding.span().map(|span| span.start));
    let Some(model) = model else { return Reading { findings, ..Reading::default() } };
    let mut reading = std::thread::scope(|scope| {
        if model.rules.len() > rule::MANY {
            // A large tree takes a while to give its memory back.
            scope.spawn(move || drop(root));
        }
        lower::reading(&model, options)
    });
    reading.findings = findings;
    reading
}

fn empty(model: &model::Model) -> Finding {
    Finding::new(Code::EmptyRuleBase, "there are no rules: the default decides everything").at(model.default_at, "")
}
