//! iptables-save and ip6tables-save: dumps, `iptables -S`, and the scripts that iptables-restore takes.
//!
//! `dump` finds tables and chains, `spec` understands one rule, with its match modules in `modules` and its target in
//! `target`; `lower` makes the policy of one family of it, and `topology` says where clients may stand.

mod canonical;
mod circles;
mod context;
mod cursor;
mod dump;
mod fields;
mod lower;
mod modules;
mod names;
mod notes;
mod spec;
mod stages;
mod survey;
mod target;
#[cfg(test)]
mod tests;
mod token;
mod topology;
mod value;

use super::{Format, Input, ReadLine, ReadOptions, Reading, Understanding};
use crate::finding::{Code, Finding};

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "iptables",
    about: "iptables-save and ip6tables-save dumps, iptables -S",
    recognises,
    lists_interfaces: false,
    read,
};

/// A `*table` line, or commands for built-in chains as `iptables -S` prints them.
fn recognises(text: &str) -> bool {
    let command = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        matches!(words.next(), Some("-P" | "-A")) && words.next().is_some_and(|w| dump::BUILT_IN.contains(&w))
    };
    dump::lines(text).any(|line| dump::opens_table(line).is_some() || command(line))
}

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let mut reading = Reading::default();
    let dump = dump::read(input.text, input.name);
    notes::remarks(&dump, input, &mut reading.findings);
    let hidden: Vec<&str> = dump.remarks.iter().filter(|r| r.0 == dump::Remark::Hidden).map(|r| r.1).collect();
    for line in dump.neutral {
        reading.tally.count(Understanding::Neutral);
        if options.detail {
            let meaning = "plays no part in the verdict".to_owned();
            reading.lines.push(ReadLine { span: input.span(line), understanding: Understanding::Neutral, meaning });
        }
    }
    for base in dump.bases {
        lower::base(base, &hidden, input, options, &mut reading);
    }
    reading.lines.sort_by_key(|l| l.span.start);
    if reading.bases.is_empty() {
        let message = "the text holds no `*filter` table, so it does not say what the firewall lets pass";
        let help = "export all tables as root: `iptables-save` and `ip6tables-save`";
        reading.findings.push(Finding::new(Code::NoRuleBase, message).help(help));
    }
    reading
}
