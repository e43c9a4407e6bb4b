//! iptables-save and ip6tables-save: dumps, `iptables -S`, and the scripts that iptables-restore takes.
//!
//! `dump` finds tables and chains, `reader` understands one rule: `extensions` says what iptables takes, `modules` what
//! matches mean, `target` what is done; `usual` understands the usual ones faster, by their plain shapes. `lower` makes the policy of one family of it, and `topology` says where clients
//! may stand. Values and words are those of `ipset` too.

mod canonical;
mod circles;
pub(super) mod context;
mod cursor;
mod dump;
mod ends;
mod extensions;
mod family;
mod fields;
mod general;
mod lower;
mod modules;
pub(super) mod names;
mod notes;
mod parts;
mod plain;
mod reader;
mod runtime;
mod set_target;
mod spec;
mod stages;
mod survey;
mod target;
#[cfg(test)]
mod tests;
pub(super) mod token;
mod topology;
mod usual;
pub(super) mod value;

pub use family::{name_without_family, stem_of_pair};

use super::{Format, Input, ReadLine, ReadOptions, Reading, Understanding};
use crate::finding::{Code, Finding};
use std::rc::Rc;

/// The words of a part of a rule as they are meant, without the quotes and escapes of a dump; nothing where a quote is
/// left open.
pub fn words(rule: &str) -> Option<Vec<String>> {
    let mut tokens = Vec::new();
    token::tokenise(rule, &mut tokens).ok()?;
    Some(
        tokens.iter().map(|token| if token.quoted() { unescaped(token.text) } else { token.text.to_owned() }).collect(),
    )
}

fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    std::iter::from_fn(|| chars.next().and_then(|c| if c == '\\' { chars.next() } else { Some(c) })).collect()
}

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "iptables",
    about: "iptables-save and ip6tables-save dumps, iptables -S",
    recognises,
    lists_interfaces: false,
    without_output: None,
    read,
};

/// A `*table` line, or a text most of whose lines are commands, as `iptables -S` prints them. One line of that shape in
/// a manual makes no rule set of it.
fn recognises(text: &str) -> bool {
    if dump::lines(text).any(|line| dump::opens_table(line).is_some()) {
        return true;
    }
    let command = |line: &str| {
        let first = || line.split_ascii_whitespace().next();
        let is_option = || matches!(first(), Some("-P" | "-A" | "-N" | "-I" | "-D" | "-F" | "-R" | "-X" | "-Z"));
        line.starts_with(':') || line.starts_with('-') && is_option()
    };
    let written = dump::lines(text).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let built_in = |line: &str| dump::BUILT_IN.iter().any(|chain| line.split_ascii_whitespace().nth(1) == Some(*chain));
    let (mut all, mut commands, mut built) = (0usize, 0usize, false);
    for line in written {
        all += 1;
        if command(line) {
            commands += 1;
            built = built || built_in(line);
        }
    }
    commands * 2 > all && built
}

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let mut reading = Reading::default();
    let dump = dump::read(input.text, input.name);
    notes::remarks(&dump, input, &mut reading.findings);
    let hides = |remark| matches!(remark, dump::Remark::Hidden | dump::Remark::UnknownTable);
    let hidden: Vec<&str> = dump.remarks.iter().filter(|r| hides(r.0)).map(|r| r.1).collect();
    for line in dump.neutral {
        let declares = line.starts_with(':') || line.starts_with("-P ") || line.starts_with("--policy ");
        let (understanding, meaning) = if declares {
            (Understanding::Exact, "declares a chain, with its policy if it has one")
        } else {
            (Understanding::Neutral, "plays no part in the verdict")
        };
        reading.tally.count(understanding);
        if options.detail {
            reading.lines.push(ReadLine { span: input.span(line), understanding, meaning: meaning.to_owned() });
        }
    }
    reading.changed_sets = runtime::changed_sets(&dump.bases);
    let changed = reading.changed_sets.union(&options.changed_sets).cloned();
    let changed = Rc::new(runtime::with_lists(changed, &options.sets));
    for base in dump.bases {
        lower::base(base, &hidden, &changed, input, options, &mut reading);
    }
    reading.lines.sort_by_key(|l| l.span.start);
    if reading.bases.is_empty() {
        let message = "the text holds no `*filter` table, so it does not say what the firewall lets pass";
        let help = "export all tables as root: `iptables-save` and `ip6tables-save`";
        reading.findings.push(Finding::new(Code::NoRuleBase, message).help(help));
    }
    reading
}
