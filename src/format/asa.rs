//! ASA, PIX, FWSM and FTD: `show running-config` and `show access-list`.
//!
//! `line` splits the text into statements, `config` sorts them, `object` resolves names, `ace` reads entries,
//! `entry` turns them into rules, and `lower` puts the rules where a packet meets them.

mod ace;
mod acl;
pub(super) mod address;
pub(super) mod canonical;
mod config;
mod divert;
mod entry;
mod interface;
pub(super) mod line;
mod lower;
mod members;
mod names;
mod nat;
mod neutral;
pub(super) mod object;
mod recognise;
mod route;
pub(super) mod service;
pub(super) mod sink;
mod tail;
#[cfg(test)]
mod tests;
pub(super) mod time_range;
mod topology;
pub(super) mod words;

pub use recognise::looks_like_ios;

use super::{Format, Input, ReadOptions, Reading, RuleBase, Understanding};
use crate::finding::{Code, Finding};
use crate::policy::Interfaces;
use crate::space::Family;
use config::{Config, Place};
use entry::Rules;
use interface::Interface;
use lower::Plan;
use sink::Sink;
use std::collections::HashMap;

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "asa",
    about: "Cisco ASA, PIX, FWSM and FTD running configurations",
    recognises: recognise::recognises,
    lists_interfaces: true,
    without_output: Some("access lists of an ASA do not filter what the ASA itself sends"),
    read,
};

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let mut sink = Sink::new(input, options);
    let statements = line::statements(&mut sink);
    let statements = latest(statements, &mut sink);
    let mut config = Config::read(statements, &mut sink);
    config.names.resolve_all(&mut sink);
    count_nat(&config, &mut sink);
    let doors = doors(&config);
    let mut interfaces = Interfaces::new();
    doors.iter().for_each(|d| interfaces.add(d.name));
    let rules = rules(&mut config, &interfaces, &mut sink);
    let tracks_icmp = divert::announce(&config, &mut sink);
    sink.finish_unknown_commands();
    undefined_bindings(&config, &mut sink);
    let plan = Plan { config: &config, doors: &doors, interfaces: &interfaces, rules: &rules, tracks_icmp };
    let bases = bases(&plan, &mut sink);
    // Names are resolved before entries are read; people read from top to bottom.
    sink.lines.sort_by_key(|l| l.span.start);
    sink.findings.sort_by_key(|f| f.span().map(|s| s.start));
    Reading { bases, findings: sink.findings, tally: sink.tally, lines: sink.lines, ..Reading::default() }
}

/// A file may hold several exports of one device: the last one counts.
fn latest<'a>(mut statements: Vec<line::Statement<'a>>, sink: &mut Sink<'a>) -> Vec<line::Statement<'a>> {
    let is_first_line =
        |s: &line::Statement<'_>| s.head.starts_with("ASA Version ") || s.head.starts_with("PIX Version ");
    let begins: Vec<usize> =
        statements.iter().enumerate().filter(|(_, s)| is_first_line(s)).map(|(at, _)| at).collect();
    let (Some(last), true) = (begins.last().copied(), begins.len() > 1) else { return statements };
    let kept = statements.split_off(last);
    for old in &statements {
        for line in std::iter::once(&old.head).chain(&old.subs) {
            sink.line(line, Understanding::Neutral, || "of an earlier configuration".to_owned());
        }
    }
    if let Some(first) = kept.first() {
        let message = format!("the text holds {} configurations; the last one is read", begins.len());
        let mut finding = Finding::new(Code::Tolerated, message).at(sink.input.span(first.head), "begins here");
        finding.severity = crate::finding::Severity::Warning;
        sink.find(finding);
    }
    kept
}

/// The interfaces of the text, with those of which it knows only the name.
fn doors<'a>(config: &Config<'a>) -> Vec<Interface<'a>> {
    let mut doors = config.interfaces.clone();
    let bound = config.bindings.iter().filter_map(|b| match b.place {
        Place::In(name) | Place::Out(name) => Some(name),
        Place::Global => None,
    });
    for name in bound.chain(config.routes.iter().map(|r| r.interface)) {
        if !doors.iter().any(|d| d.name == name) {
            doors.push(Interface::named(name));
        }
    }
    doors
}

fn rules<'a>(config: &mut Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> HashMap<&'a str, Rules> {
    let mut acls = std::mem::take(&mut config.acls);
    let mut all = HashMap::new();
    for name in acls.names() {
        if let Some(acl) = acls.get(name).filter(|a| !a.other_kind) {
            all.insert(*name, entry::rules(acl, config, interfaces, sink));
        }
    }
    std::mem::swap(&mut config.acls, &mut acls);
    all
}

fn count_nat<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    let outer: Vec<&str> = config.nat.iter().filter(|n| n.0.is_none()).map(|n| n.1).collect();
    for line in &outer {
        sink.line(line, Understanding::Exact, || "a translation".to_owned());
    }
    if let Some((_, first)) = config.nat.first() {
        sink.state("sources are translated, which changes no verdict: access lists see real addresses", &[*first]);
    }
    if let Some((_, old)) = config.nat.iter().find(|n| n.1.starts_with("static ")) {
        let message = "translations from before 8.3 are not modelled: flows to their addresses may go elsewhere";
        sink.find(Finding::new(Code::HiddenRules, message).at(sink.input.span(old), "the first one"));
    }
}

fn undefined_bindings<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    for binding in config.bindings.iter().filter(|b| config.acls.get(b.acl).is_none()) {
        let message = format!("the access list `{}` is bound but not in the text", binding.acl);
        sink.find_once(Code::UndefinedName, binding.acl, message, "flows that reach it are undecided");
    }
}

fn bases<'a>(plan: &Plan<'_, 'a>, sink: &mut Sink<'a>) -> Vec<RuleBase> {
    if plan.config.bindings.is_empty() && plan.config.interfaces.len() < 2 {
        sink.find(no_rule_base(plan, sink));
        return Vec::new();
    }
    let families = Family::BOTH.into_iter().filter(|f| *f == Family::V4 || lower::speaks_v6(plan));
    let base = |family| RuleBase {
        policy: lower::policy(plan, family, sink),
        topology: topology::topology(plan.config, plan.doors, plan.interfaces, family, sink),
    };
    families.map(base).collect()
}

fn no_rule_base(plan: &Plan<'_, '_>, sink: &Sink<'_>) -> Finding {
    let names = plan.config.acls.names();
    let message = "the text binds no access list and describes no two interfaces, so nothing says what passes";
    let finding = Finding::new(Code::NoRuleBase, message);
    let (Some(first), shown) = (names.first(), names.len().min(5)) else { return finding };
    let list: Vec<String> = names.iter().take(shown).map(|n| format!("`{n}`")).collect();
    finding
        .at(sink.input.span(first), "the first access list")
        .note(format!("access lists found: {}{}", list.join(", "), if names.len() > shown { ", ..." } else { "" }))
        .help(format!("add the line that binds it: access-group {first} in interface NAME"))
}
