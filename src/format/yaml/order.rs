//! The order of a flat list whose rules have priorities.

use super::fields::Fields;
use super::model::Rule;
use super::port::number;
use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::format::Order;
use crate::source::Span;

/// How the order is shown, where priorities make it.
const SAID: &str = "the rules are asked by `priority`, the lowest number first; equal ones in the order of the file";

/// The priorities of the rules, in the order of the file.
pub(super) struct Priorities {
    asked: Option<Order>,
    /// The first key `priority` of the list.
    first: Option<Span>,
    each: Vec<(Span, Option<Read<u32>>)>,
}

impl Priorities {
    /// None yet; `asked` is the order that the user wants.
    pub fn new(asked: Option<Order>) -> Priorities {
        Priorities { asked, first: None, each: Vec::new() }
    }

    /// Takes the priority of the next rule, which begins at a span.
    pub fn add(&mut self, reader: &mut Reader, at: Span, fields: Option<&Fields>) {
        let entry = fields.and_then(|fields| fields.entry("priority"));
        let value = entry.map(|(key, node)| {
            self.first.get_or_insert(key.span);
            let scalar = reader.note(node.expect_scalar("`priority`"))?;
            let read = number(scalar.text.trim(), u32::MAX);
            reader.note(read.ok_or_else(|| scalar.invalid("a whole number without a sign")))
        });
        self.each.push((at, value));
    }

    /// Puts the rules into their order; gives a sentence about it where it is not that of the file. An order that is
    /// not known is the reason for which the list decides nothing.
    pub fn sort(self, reader: &mut Reader, rules: &mut Vec<Rule>) -> Read<Option<&'static str>> {
        let Some(first) = self.first else { return Ok(None) };
        match self.asked {
            None => reader.fail(not_asked(first)),
            Some(Order::File) => Ok(Some("the rules are asked in the order of the file, whatever `priority` says")),
            Some(Order::Priority) => {
                let keys = self.each.into_iter().map(|(at, value)| match value {
                    Some(value) => value,
                    None => reader.fail(missing(at, first)),
                });
                let keys: Vec<Read<u32>> = keys.collect();
                let keys = keys.into_iter().collect::<Read<Vec<u32>>>()?;
                let mut keyed: Vec<(u32, Rule)> = keys.into_iter().zip(std::mem::take(rules)).collect();
                // The sort is stable: rules of the same priority keep their order.
                keyed.sort_by_key(|(key, _)| *key);
                rules.extend(keyed.into_iter().map(|(_, rule)| rule));
                Ok(Some(SAID))
            }
        }
    }
}

fn not_asked(first: Span) -> Finding {
    Finding::new(Code::InvalidValue, "the order of the rules is not known, as they have a `priority`")
        .at(first, "the first one")
        .help("`--order priority` asks the lowest number first, `--order file` asks from top to bottom")
}

fn missing(at: Span, first: Span) -> Finding {
    Finding::new(Code::InvalidValue, "the order of the rules is not known, as one has no `priority`")
        .at(at, "this one")
        .at(first, "others have one")
        .help("give it a priority, or say `--order file`")
}
