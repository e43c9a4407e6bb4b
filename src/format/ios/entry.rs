//! From entries to rules.

use super::ace::{self, Ace};
use super::acl::{Acl, Content, Line};
use super::config::Config;
use crate::finding::{Code, Finding};
use crate::format::Understanding;
use crate::format::asa::address::Addresses;
use crate::format::asa::canonical;
use crate::format::asa::object::Known;
use crate::format::asa::service::Item;
use crate::format::asa::sink::Sink;
use crate::format::asa::time_range::{self, InForce};
use crate::policy::{Condition, Match};
use crate::source::Span;
use crate::space::{Cube, Family, Field, PacketSet};

/// What an entry does with what it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<'a> {
    /// `permit`.
    Permit,
    /// `permit` with an entry for the answers in a reflexive list.
    Reflect(&'a str),
    /// `deny`.
    Deny,
    /// Nothing: its time is over, or it is for fragments only.
    Nothing,
    /// What `reflect` made of this name.
    Evaluate(&'a str),
    /// Not known.
    Unknown(String),
}

/// A rule of an access list, not yet at any place.
#[derive(Debug, Clone)]
pub struct Rule<'a> {
    /// Which packets.
    pub matches: Match,
    /// What happens to them.
    pub effect: Effect<'a>,
    /// Where it is written.
    pub span: Span,
}

/// Reads all entries of an access list.
pub fn rules<'a>(acl: &Acl<'a>, config: &mut Config<'a>, sink: &mut Sink<'a>) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for line in acl.entries() {
        let span = sink.input.span(line.line);
        let lowered = of_line(&line, acl, config, sink);
        rules.extend(lowered.into_iter().map(|(matches, effect)| Rule { matches, effect, span }));
    }
    rules
}

type Lowered<'a> = (Match, Effect<'a>);

fn of_line<'a>(line: &Line<'a>, acl: &Acl<'a>, config: &mut Config<'a>, sink: &mut Sink<'a>) -> Vec<Lowered<'a>> {
    let family = acl.family();
    let words = match line.content {
        Content::Evaluate(name) => {
            sink.line(line.line, Understanding::Exact, || format!("what `reflect {name}` opened"));
            return vec![(Match::exactly(PacketSet::full(family)), Effect::Evaluate(name))];
        }
        Content::Entry(words) => words,
    };
    let mut words = words;
    let found = sink.findings.len();
    match ace::ace(&mut words, acl, &mut config.groups, sink) {
        Ok(mut ace) => {
            let over = judge_time(&mut ace, config, sink);
            let all = lowered(&ace, effect(&ace, over), family);
            count(line.line, &ace, &all, sink);
            all
        }
        Err(why) => {
            // What was said about parts of the line is swallowed by the finding about the whole.
            sink.retract(found);
            vec![rejected(line.line, why, family, sink)]
        }
    }
}

/// True when the entry's time range is not in force.
fn judge_time<'a>(ace: &mut Ace<'a>, config: &Config<'a>, sink: &mut Sink<'a>) -> bool {
    let Some(name) = ace.options.time_range else { return false };
    match config.time_ranges.get(name).map(|range| time_range::judge(range, sink.date)) {
        Some(InForce::Yes) => {}
        Some(InForce::No) => return true,
        Some(InForce::Sometimes) => {
            ace.conditions.push(sink.condition(format!("only during the time range `{name}`"), name));
        }
        None => {
            let message = format!("the time range `{name}` is not defined");
            sink.find_once(Code::UndefinedName, name, message.clone(), "used here");
            ace.conditions.push(sink.condition(message, name));
        }
    }
    false
}

fn effect<'a>(ace: &Ace<'a>, over: bool) -> Effect<'a> {
    match (ace.permit, ace.options.reflect) {
        // It stays in the list, so that it can be shown where a flow is missed, but it does nothing.
        _ if over || ace.options.fragments => Effect::Nothing,
        (true, Some(name)) => Effect::Reflect(name),
        (true, None) => Effect::Permit,
        (false, _) => Effect::Deny,
    }
}

fn understanding(ace: &Ace<'_>) -> Understanding {
    let doubts = [&ace.conditions, &ace.options.conditions, &ace.src.doubts, &ace.dst.doubts, &ace.services.doubts];
    if doubts.iter().all(|d| d.is_empty()) { Understanding::Exact } else { Understanding::Opaque }
}

fn rejected<'a>(line: &'a str, why: String, family: Family, sink: &mut Sink<'a>) -> Lowered<'a> {
    let span = sink.input.span(line);
    let finding = Finding::new(Code::UnknownLine, format!("an entry is not understood: {why}"));
    sink.find(finding.at(span, "flows that reach it are undecided"));
    sink.line(line, Understanding::Rejected, || why.clone());
    let opaque = vec![Condition { text: why.clone(), span }];
    (Match { packets: PacketSet::full(family), marks: Vec::new(), opaque }, Effect::Unknown(why))
}

/// The rules of one entry: one for what it surely matches and, with doubts, one for what it may match besides.
fn lowered<'a>(ace: &Ace<'a>, effect: Effect<'a>, family: Family) -> Vec<Lowered<'a>> {
    let base =
        ace.options.flags.as_ref().map_or(Some(Cube::full()), |set| Cube::full().with(family, Field::TcpFlags, set));
    let Some(base) = base else { return Vec::new() };
    let sure = product(&base, &ace.src.sure, &ace.dst.sure, &ace.services.sure, family);
    let mut doubts: Vec<Condition> = ace.conditions.iter().chain(&ace.options.conditions).cloned().collect();
    let inner = [&ace.src.doubts, &ace.dst.doubts, &ace.services.doubts];
    let mut all = Vec::new();
    if doubts.is_empty() && !sure.is_empty() {
        all.push((Match::exactly(sure), effect.clone()));
    }
    inner.iter().for_each(|d| doubts.extend(d.iter().cloned()));
    if doubts.is_empty() {
        return all;
    }
    let any = Addresses::any();
    let bound = |known: &Known<Addresses>| if known.doubts.is_empty() { known.sure.clone() } else { any.clone() };
    let most = product(&base, &bound(&ace.src), &bound(&ace.dst), &ace.services.bound, family);
    if !most.is_empty() {
        all.push((Match { packets: most, marks: Vec::new(), opaque: doubts }, effect));
    }
    all
}

fn product(base: &Cube, src: &Addresses, dst: &Addresses, items: &[Item], family: Family) -> PacketSet {
    let cube = base.clone().with(family, Field::Src, src.of(family));
    let Some(cube) = cube.and_then(|c| c.with(family, Field::Dst, dst.of(family))) else {
        return PacketSet::empty(family);
    };
    PacketSet::from_cubes(family, items.iter().filter_map(|i| i.within(cube.clone(), family)))
}

fn count<'a>(line: &'a str, ace: &Ace<'a>, rules: &[Lowered<'a>], sink: &mut Sink<'a>) {
    sink.line(line, understanding(ace), || {
        let all: Vec<String> = rules.iter().map(|(matches, effect)| in_words(matches, effect)).collect();
        if all.is_empty() { "matches nothing".to_owned() } else { all.join("; ") }
    });
}

fn in_words(matches: &Match, effect: &Effect<'_>) -> String {
    let verb = match effect {
        Effect::Permit | Effect::Reflect(_) | Effect::Evaluate(_) => "permit",
        Effect::Deny => "deny",
        Effect::Nothing => "not in force:",
        Effect::Unknown(_) => "unknown:",
    };
    let family = matches.packets.family();
    let cube = |c: &Cube| {
        let flags = if c.get(Field::TcpFlags).is_some() { " with some TCP flags" } else { "" };
        format!("{}{flags}", canonical::cube(c, family))
    };
    let cubes: Vec<String> = matches.packets.cubes().iter().map(cube).collect();
    let conditions: String = matches.opaque.iter().map(|c| format!(" if {}", c.text)).collect();
    format!("{verb} {}{conditions}", cubes.join(" | "))
}

/// The packets that a list for another purpose may select, as an upper bound.
pub fn selected(rules: &[Rule<'_>], family: Family) -> PacketSet {
    let mut set = PacketSet::empty(family);
    for rule in rules.iter().filter(|r| !matches!(r.effect, Effect::Deny | Effect::Nothing)) {
        if set.cubes().len() > 1_000 {
            return PacketSet::full(family);
        }
        set.add_all(&rule.matches.packets);
    }
    set
}
