//! ASA, PIX, FWSM and FTD: `show running-config` and `show access-list`.
//!
//! `line` splits the text into statements, `config` sorts them, `object` resolves names, `ace` reads entries,
//! `entry` turns them into rules, and `lower` puts the rules where a packet meets them.

mod ace;
mod acl;
pub(super) mod address;
mod aside;
pub(super) mod canonical;
mod config;
mod definition;
mod device;
mod divert;
mod entry;
mod interface;
pub(super) mod line;
mod lower;
mod members;
mod names;
mod nat;
mod neutral;
mod notes;
pub(super) mod object;
mod old_nat;
mod order;
mod recognise;
mod reference;
mod route;
mod script;
pub(super) mod service;
mod service_policy;
pub(super) mod sink;
mod tail;
#[cfg(test)]
mod tests;
pub(super) mod time_range;
mod timeout;
mod topology;
mod vpn;
pub(super) mod words;

pub use recognise::looks_like_ios;

use super::{Format, Input, ReadOptions, Reading, RuleBase, Understanding};
use crate::finding::{Code, Finding};
use crate::policy::Interfaces;
use crate::space::Family;
use aside::Asked;
use config::{Config, Place};
use entry::Entries;
use interface::Interface;
use lower::Plan;
use sink::Sink;
use std::collections::{HashMap, HashSet};

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
    let (statements, devices) = device::chosen(statements, options.device.as_deref(), &mut sink);
    let mut config = Config::read(statements, &mut sink);
    config.names.resolve_all(&mut sink);
    let doors = doors(&config);
    let mut interfaces = Interfaces::new();
    doors.iter().for_each(|d| interfaces.add(d.name));
    let rules = rules(&config, &interfaces, options, &mut sink);
    let conduits = entry::conduits(&config, &interfaces, &mut sink);
    divert::announce(&config, &mut sink);
    sink.finish_unknown_commands();
    undefined_bindings(&config, &mut sink);
    let tracks_icmp = service_policy::tracks_icmp(&config);
    let tunnels = vpn::tunnels(&config, &rules);
    let plan = Plan {
        config: &config,
        doors: &doors,
        interfaces: &interfaces,
        rules: &rules,
        conduits: &conduits,
        tunnels: &tunnels,
        tracks_icmp,
    };
    translations(&plan, &mut sink);
    let (bases, set_aside) = match options.acl.as_deref() {
        Some(acl) => alone(&plan, acl, &mut sink),
        None => bases(&plan, &mut sink),
    };
    // Names are resolved before entries are read; people read from top to bottom.
    sink.lines.sort_by_key(|l| l.span.start);
    sink.findings.sort_by_key(|f| f.span().map(|s| s.start));
    let (findings, tally, lines) = (sink.findings, sink.tally, sink.lines);
    Reading { bases, findings, tally, lines, devices, set_aside, ..Reading::default() }
}

/// The interfaces of the text, with those of which it knows only the name.
fn doors<'a>(config: &Config<'a>) -> Vec<Interface<'a>> {
    let mut doors: Vec<Interface<'a>> = config.interfaces.iter().filter(|d| !d.name.is_empty()).cloned().collect();
    let bound = config.bindings.iter().filter_map(|b| match b.place {
        Place::In(name) | Place::Out(name) => Some(name),
        Place::Global => None,
    });
    let routed = config.routes.iter().map(|r| r.interface);
    let within = config.acls.all().flat_map(|acl| acl.interfaces.iter().copied());
    let mut known: HashSet<&str> = doors.iter().map(|d| d.name).collect();
    for name in bound.chain(routed).chain(within) {
        if known.insert(name) {
            doors.push(Interface::named(name));
        }
    }
    doors
}

/// The rules of all lists. Those of other kinds are looked at only where they are bound, because a mistake is there.
fn rules<'a>(
    config: &Config<'a>,
    interfaces: &Interfaces,
    options: &ReadOptions,
    sink: &mut Sink<'a>,
) -> HashMap<&'a str, Entries> {
    let bound: HashSet<&str> = config.bindings.iter().map(|b| b.acl).chain(options.acl.as_deref()).collect();
    let mut all = HashMap::new();
    for name in config.acls.names() {
        let Some(acl) = config.acls.get(name) else { continue };
        match acl.other_kind() {
            Some(kind) if kind == "ethertype" || !bound.contains(name) => {
                for entry in acl.entries() {
                    let meaning = || "a list of this kind never decides about transit".to_owned();
                    sink.line(entry.line, Understanding::Neutral, meaning);
                }
            }
            _ => {
                if let Some(line) = acl.managed.filter(|_| bound.contains(name)) {
                    let text = format!(
                        "what `{name}` permits may still be blocked by deep inspection, which is not in the text"
                    );
                    sink.state(text, &[line]);
                }
                let asked = bound.contains(name).then(|| Asked::of(name, acl, config, options)).flatten();
                all.insert(*name, entry::rules(acl, config, interfaces, asked.as_ref(), sink));
            }
        }
    }
    all
}

fn translations<'a>(plan: &Plan<'_, 'a>, sink: &mut Sink<'a>) {
    let config = plan.config;
    let is_old = config.older_than((8, 3, 0));
    let misread: Vec<&str> = match is_old {
        true => config.nat.iter().map(|n| n.1).filter(|line| !old_nat::reads(plan, line, sink)).collect(),
        false => nat::misread(plan, sink),
    };
    for line in config.nat.iter().filter(|n| n.0.is_none()).map(|n| n.1).filter(|line| !misread.contains(line)) {
        sink.line(line, Understanding::Exact, || "a translation".to_owned());
    }
    misread.into_iter().for_each(|line| config::reject(line, sink));
    if let Some((_, first)) = config.nat.first() {
        let text = match is_old {
            true => {
                "translations are from before 8.3: access lists see addresses as they are on the wire of their interface"
            }
            false => "sources are translated, which changes no verdict: access lists see real addresses",
        };
        sink.state(text, &[*first]);
    }
}

fn undefined_bindings<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    for binding in config.bindings.iter().filter(|b| !config.has_entries(b.acl)) {
        let (code, what) = match config.acls.get(binding.acl) {
            None => (Code::UndefinedName, "not in the text"),
            Some(_) => (Code::EmptyGroup, "has only remarks, which no device takes"),
        };
        let message = format!("the access list `{}` is bound but {what}", binding.acl);
        sink.find_once(code, binding.acl, message, "flows that reach it are undecided");
    }
}

/// Rule bases, with the number of rules that were set aside.
type Bases = (Vec<RuleBase>, usize);

/// The rule bases of the families that the text speaks of.
fn bases<'a>(plan: &Plan<'_, 'a>, sink: &mut Sink<'a>) -> Bases {
    if plan.config.bindings.is_empty() && plan.config.interfaces.len() < 2 {
        let message = "the text binds no access list and describes no two interfaces, so nothing says what passes";
        sink.find(no_rule_base(plan, message.to_owned(), sink));
        return Bases::default();
    }
    let families = Family::BOTH.into_iter().filter(|f| *f == Family::V4 || lower::speaks_v6(plan));
    let families: Vec<Family> = families.collect();
    notes::add(plan, &families, sink);
    let base = |family: &Family| {
        let (policy, set_aside) = lower::policy(plan, *family, sink);
        (RuleBase { policy, topology: topology::topology(plan, *family, sink) }, set_aside)
    };
    counted(families.iter().map(base))
}

/// One access list on its own, for the families that it speaks of.
fn alone<'a>(plan: &Plan<'_, 'a>, acl: &str, sink: &mut Sink<'a>) -> Bases {
    let Some((name, list)) = plan.config.acls.get_with_name(acl) else {
        sink.find(no_rule_base(plan, format!("the text has no access list `{acl}`"), sink));
        return Bases::default();
    };
    let speaks = |family| {
        if list.only_v6 { family == Family::V6 } else { !plan.config.older_than((9, 0, 0)) || family == Family::V4 }
    };
    let base = |family| {
        let (policy, set_aside) = lower::alone(plan, name, family, sink)?;
        Some((RuleBase { policy, topology: topology::alone(plan, name, sink) }, set_aside))
    };
    counted(Family::BOTH.into_iter().filter(|f| speaks(*f)).filter_map(base))
}

fn counted(each: impl Iterator<Item = (RuleBase, usize)>) -> Bases {
    let (bases, set_aside): (Vec<RuleBase>, Vec<usize>) = each.unzip();
    (bases, set_aside.into_iter().sum())
}

fn no_rule_base(plan: &Plan<'_, '_>, message: String, sink: &Sink<'_>) -> Finding {
    let acls = &plan.config.acls;
    let names: Vec<&str> = acls.names().iter().copied().filter(|name| acls.get(name).is_some()).collect();
    let finding = Finding::new(Code::NoRuleBase, message);
    let (Some(first), shown) = (names.first(), names.len().min(5)) else { return finding };
    let list: Vec<String> = names.iter().take(shown).map(|n| format!("`{n}`")).collect();
    finding
        .at(sink.input.span(first), "the first access list")
        .note(format!("access lists found: {}{}", list.join(", "), if names.len() > shown { ", ..." } else { "" }))
        .help(format!("add the line that binds it, access-group {first} in interface NAME, or judge it on its own with `--acl {first}`"))
}
