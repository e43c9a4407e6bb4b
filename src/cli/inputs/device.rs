//! What one text holds: a rule set, or one for each device in it.

use super::Loaded;
use crate::finding::{Code, Finding};
use crate::format::{Format, Input, ReadOptions, Reading};
use crate::source::Span;

/// The rule sets of a text, and what their readers found.
pub(super) fn loaded(format: &'static Format, input: Input<'_>, options: &ReadOptions) -> (Vec<Loaded>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sets = Vec::new();
    for (name, options, mut reading) in readings(format, input, options) {
        if let Some(acl) = options.acl.as_ref().filter(|acl| !reading.bases.is_empty() && !holds_acl(&reading, acl)) {
            reading.bases.clear();
            let start = Span { source: input.source, start: 0, end: 0 };
            reading.findings.push(no_such_acl(&name, format, acl).at(start, ""));
        }
        findings.append(&mut reading.findings);
        sets.push(Loaded { name, source: input.source, format, options, reading });
    }
    (sets, findings)
}

fn readings(format: &Format, input: Input<'_>, options: &ReadOptions) -> Vec<(String, ReadOptions, Reading)> {
    let whole = (format.read)(input, options);
    if whole.devices.len() < 2 {
        return vec![(input.name.to_owned(), options.clone(), whole)];
    }
    let of = |device: &String| {
        let options = ReadOptions { device: Some(device.clone()), ..options.clone() };
        let reading = (format.read)(input, &options);
        (format!("{} ({device})", input.name), options, reading)
    };
    let all: Vec<_> = whole.devices.iter().map(of).collect();
    // What describes only contexts or interfaces without rules is no mistake beside others that have rules.
    let some = all.iter().any(|(_, _, reading)| !reading.bases.is_empty());
    all.into_iter().filter(|(_, _, reading)| !some || !reading.bases.is_empty()).collect()
}

fn holds_acl(reading: &Reading, acl: &str) -> bool {
    reading.bases.iter().any(|base| base.policy.chains.iter().any(|chain| chain.name == acl))
}

fn no_such_acl(name: &str, format: &Format, acl: &str) -> Finding {
    let message = format!("`{name}` ({}) has no access list `{acl}`", format.name);
    Finding::new(Code::NoRuleBase, message)
        .help("`--acl` takes the name of an access list that every rule set of the run has")
}
