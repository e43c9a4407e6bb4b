//! IOS and IOS-XE, and what NX-OS and EOS write in the same grammar: running configurations and `show access-lists`.
//!
//! `line` splits the text into statements, `config` sorts them, `ace` reads entries, `entry` turns them into rules, and
//! `lower` puts the rules where a packet meets them, with `nat` and `session` beside. Words, addresses, services and
//! time ranges are those of the ASA reader.

mod ace;
mod acl;
mod address;
mod alone;
mod config;
mod divert;
mod entry;
mod group;
mod interface;
mod line;
mod listing;
mod lower;
mod names;
mod nat;
mod neutral;
mod option;
mod recognise;
mod route;
mod route_map;
mod service;
mod session;
#[cfg(test)]
mod tests;
mod timer;
mod topology;

use super::asa::sink::Sink;
use super::{Format, Input, ReadOptions, Reading, RuleBase};
use crate::finding::{Code, Finding, Severity};
use crate::policy::Interfaces;
use crate::space::Family;
use config::Config;
use lower::{Lists, Plan};

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "ios",
    about: "Cisco IOS, IOS-XE and NX-OS, Arista EOS: running configurations and access lists",
    recognises: recognise::recognises,
    lists_interfaces: true,
    without_output: Some("access lists of a router do not filter what the router itself sends"),
    read,
};

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let mut sink = Sink::new(input, options);
    let statements = line::statements(&mut sink);
    let mut config = Config::read(&statements, &mut sink);
    config.groups.resolve_all(&mut sink);
    let lists = lists(&mut config, &mut sink);
    divert::announce(&config, &mut sink);
    bindings(&config, &mut sink);
    sink.finish_unknown_commands();
    let bases = match &options.acl {
        Some(name) => alone::bases(name, &config, &lists, &mut sink),
        None => bases(&config, &lists, &mut sink),
    };
    // Lists are read after interfaces; people read from top to bottom.
    sink.lines.sort_by_key(|l| l.span.start);
    sink.findings.sort_by_key(|f| f.span().map(|s| s.start));
    Reading { bases, findings: sink.findings, tally: sink.tally, lines: sink.lines, ..Reading::default() }
}

fn lists<'a>(config: &mut Config<'a>, sink: &mut Sink<'a>) -> Lists<'a> {
    let acls = std::mem::take(&mut config.acls);
    let all = acls.all().map(|acl| ((acl.family(), acl.name), entry::rules(acl, config, sink))).collect();
    config.acls = acls;
    all
}

fn bases<'a>(config: &Config<'a>, lists: &Lists<'a>, sink: &mut Sink<'a>) -> Vec<RuleBase> {
    let is_bound = config.interfaces.iter().any(|i| !i.bindings.is_empty());
    if !is_bound && config.interfaces.len() < 2 {
        sink.find(no_rule_base(config, sink));
        return Vec::new();
    }
    if let Some(line) = config.nat.first() {
        sink.state(
            "sources are translated; lists on the way out, and those that answers meet first, see the new ones",
            &[line],
        );
    }
    let mut interfaces = Interfaces::new();
    config.interfaces.iter().for_each(|i| interfaces.add(&i.name));
    let sessions = session::sessions(config, lists, sink);
    let families = Family::BOTH.into_iter().filter(|f| lower::speaks(config, *f));
    let mut bases = Vec::new();
    for family in families {
        let routing = topology::routing(config, family);
        routing.behind.keys().chain(routing.default.iter().map(|d| &d.0)).for_each(|name| interfaces.add(name));
        let plan = Plan { config, interfaces: &interfaces, lists, sessions: &sessions };
        let policy = lower::policy(&plan, &routing, family, sink);
        bases.push(RuleBase { policy, topology: topology::topology(config, &routing, &interfaces, family, sink) });
    }
    bases
}

/// Lists that are bound and let everything pass, and lists that look as if they should be bound.
fn bindings<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    let all = || config.interfaces.iter().flat_map(|i| &i.bindings);
    for binding in all() {
        let (code, what) = match config.acls.get(binding.family, binding.acl) {
            None => (Code::UndefinedName, "is not in the text"),
            Some(acl) if acl.is_empty() && !acl.plain => (Code::EmptyGroup, "has no entries"),
            Some(_) => continue,
        };
        let message = format!("the access list `{}` is bound but {what}: it lets everything pass", binding.acl);
        sink.find_once(code, binding.acl, message, "no packet is denied here");
    }
    if all().next().is_some() {
        return;
    }
    let used = |name: &str| config.used_elsewhere.contains(name);
    let idle = config
        .acls
        .all()
        .find(|acl| matches!(acl.grammar, ace::Grammar::Extended(_)) && !acl.is_empty() && !used(acl.name));
    if let Some(acl) = idle.filter(|_| config.interfaces.len() > 1) {
        let message = format!("no access list is bound to any interface; `{}` decides about nothing", acl.name);
        let finding = Finding::new(Code::UnboundAcl, message).at(sink.input.span(acl.name), "never asked");
        sink.find(finding.help(format!(
            "bind it below its interface: `ip access-group {} in`, or judge it alone with `--acl {}`",
            acl.name, acl.name
        )));
    }
}

fn no_rule_base(config: &Config<'_>, sink: &Sink<'_>) -> Finding {
    let message = "the text binds no access list and describes no two interfaces, so nothing says what passes";
    let finding = Finding { severity: Severity::Error, ..Finding::new(Code::NoRuleBase, message) };
    let names: Vec<String> = config.acls.all().take(5).map(|acl| format!("`{}`", acl.name)).collect();
    let Some(first) = config.acls.all().next() else { return finding };
    finding
        .at(sink.input.span(first.name), "the first access list")
        .note(format!(
            "access lists found: {}{}",
            names.join(", "),
            if config.acls.all().count() > 5 { ", ..." } else { "" }
        ))
        .help(format!(
            "judge one list on its own with `--acl {}`, or add the interface that it is bound to",
            first.name
        ))
}
