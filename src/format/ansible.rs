//! Access lists of an ASA as Ansible's collection `cisco.asa` describes them: gathered facts, and variables and tasks of
//! `asa_acls` and `asa_ogs` that say what is on the device.
//!
//! `find` looks for descriptions in the file, `acl` and `group` write them out as commands, as the collection's modules
//! do, and the ASA reader gives them their meaning. (Ansible documentation, "cisco.asa.asa_acls module",
//! "cisco.asa.asa_ogs module".)

mod acl;
mod find;
mod group;
mod words;

use super::{Format, Input, ReadOptions, Reading, RuleBase, asa};
use crate::finding::{Code, Finding};
use crate::policy::{
    Action, Answers, Chain, ChainId, Doorway, Hook, Interfaces, Policy, Rule, Sees, Stage, Statement, Topology,
};
use crate::source::{Sources, Span};
use crate::yaml;
use words::Writer;

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "ansible",
    about: "Ansible facts, variables and tasks of cisco.asa.asa_acls and asa_ogs",
    recognises: find::recognises,
    lists_interfaces: false,
    without_output: Some("access lists of an ASA do not filter what the ASA itself sends"),
    read,
};

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let root = match yaml::read_beside_tags(input.source, input.text) {
        Ok(root) => root,
        Err(findings) => return Reading { findings, ..Reading::default() },
    };
    let found = find::descriptions(&root);
    let (list, mut writer) = match as_commands(&found, input, options) {
        Ok(written) => written,
        Err(finding) => return Reading { findings: vec![finding], ..Reading::default() },
    };
    writer.line(None);
    writer.word(&format!("access-group {} global", list.name));
    // The list was chosen above; for the ASA reader it is bound, so that its end is that of a bound one.
    let bound = ReadOptions { acl: None, ..options.clone() };
    let mut reading = writer.out.read(input, &bound, asa::FORMAT.read);
    // What is wrong with an entry is said once, at the key that is wrong.
    let said = &writer.unreadable;
    let why = |span: Span| said.iter().find(|(known, _)| *known == span).map(|(_, why)| why.clone());
    reading.findings.retain(|f| f.code != Code::UnknownLine || f.span().and_then(why).is_none());
    explain(&mut reading, &why);
    reading.findings.extend(writer.reader.findings);
    reading.findings.sort_by_key(|finding| finding.span().map(|span| span.start));
    reading.bases = reading.bases.into_iter().filter_map(|base| alone(base, &list)).collect();
    if reading.bases.is_empty() {
        let message = format!("nothing of the access list `{}` could be read", list.name);
        reading.findings.push(Finding::new(Code::NoRuleBase, message).at(list.span, ""));
    }
    reading
}

/// The list that is judged, and the commands for it and for all groups.
fn as_commands<'n>(
    found: &find::Found<'n>,
    input: Input<'n>,
    options: &ReadOptions,
) -> Result<(acl::List<'n>, Writer<'n>), Finding> {
    let list = acl::chosen(found, options)?;
    let mut writer = Writer::new(input);
    found.groups.iter().for_each(|block| group::write(block, &mut writer));
    acl::write(&list, &mut writer);
    Ok((list, writer))
}

/// What an ASA shows that holds what a text describes: groups, and the entries in the order that their numbers make.
/// Nothing for a text that cannot be read.
pub fn as_configuration(text: &str, options: &ReadOptions) -> Option<String> {
    let input = Input { source: Sources::new().add("", ""), name: "", text };
    let root = yaml::read_beside_tags(input.source, text).ok()?;
    let found = find::descriptions(&root);
    let (_, writer) = as_commands(&found, input, options).ok()?;
    let (entries, groups): (Vec<&str>, Vec<&str>) =
        writer.out.text().lines().partition(|line| line.starts_with("access-list "));
    let mut ordered: Vec<String> = Vec::new();
    for entry in entries {
        let (at, entry) = numbered(entry).unwrap_or((ordered.len(), entry.to_owned()));
        ordered.insert(at.min(ordered.len()), entry);
    }
    let lines = groups.into_iter().map(str::to_owned).chain(ordered);
    Some(lines.map(|line| line + "\n").collect())
}

/// The place that `line N` says, counted from 0, and the entry without it.
fn numbered(entry: &str) -> Option<(usize, String)> {
    let (list, rest) = entry.split_once(" line ")?;
    let (number, what) = rest.split_once(' ')?;
    Some((number.parse::<usize>().ok()?.saturating_sub(1), format!("{list} {what}")))
}

/// Puts the reason for which an entry is not understood where the ASA reader could only say that it is not.
fn explain(reading: &mut Reading, why: &dyn Fn(Span) -> Option<String>) {
    for line in &mut reading.lines {
        line.meaning = why(line.span).unwrap_or_else(|| std::mem::take(&mut line.meaning));
    }
    let explained = |rule: &mut Rule| {
        let Some(why) = why(rule.span) else { return };
        rule.matches.opaque.iter_mut().for_each(|condition| condition.text.clone_from(&why));
        rule.action = Action::Unknown(why);
    };
    for chain in reading.bases.iter_mut().flat_map(|base| &mut base.policy.chains) {
        let unknown = |rule: &&mut Rule| matches!(rule.action, Action::Unknown(_));
        chain.rules.change(|rules| rules.iter_mut().filter(unknown).for_each(explained));
    }
}

/// The access list on its own: facts name no interfaces and no other lists.
fn alone(base: RuleBase, list: &acl::List<'_>) -> Option<RuleBase> {
    let bound = format!("{} (global)", list.name);
    let chain = base.policy.chains.into_iter().find(|chain| chain.name == bound)?;
    let policy = Policy {
        family: base.policy.family,
        hook: Hook::Forward,
        interfaces: base.policy.interfaces,
        chains: vec![Chain { name: list.name.clone(), span: list.span, ..chain }],
        forward: vec![Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true }],
        input: Vec::new(),
        output: Vec::new(),
        answers: Answers::Tracked { icmp: false },
    };
    let text = format!(
        "the access list `{}` is judged on its own: interfaces, routes, translations, inspection and other lists play no part",
        list.name
    );
    let doorway = || vec![Doorway { iface: Interfaces::OTHER, addresses: None, span: None }];
    let statements = vec![Statement { text, spans: vec![list.span] }];
    let topology = Topology { entries: doorway(), exits: doorway(), hairpin: true, statements, ..Topology::default() };
    Some(RuleBase { policy, topology })
}
