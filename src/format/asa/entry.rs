//! From entries to rules.

use super::ace::{self, Ace};
use super::acl::{Acl, Entry};
use super::address::Addresses;
use super::config::Config;
use super::object::Known;
use super::service::{self, Item};
use super::sink::Sink;
use super::time_range::{self, InForce};
use super::words::Words;
use crate::finding::{Code, Finding};
use crate::format::Understanding;
use crate::policy::{Action, Condition, Denial, Interfaces, Match, Rule, Rules};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// The rules of an access list, for each family.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Of IPv4.
    pub v4: Rules,
    /// Of IPv6.
    pub v6: Rules,
    /// Is there an entry for IPv6 alone?
    pub names_v6: bool,
}

impl Entries {
    /// Of one family.
    pub fn of(&self, family: Family) -> &Rules {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// The rules of an access list as far as it was read.
#[derive(Default)]
struct Growing {
    v4: Vec<Rule>,
    v6: Vec<Rule>,
    names_v6: bool,
}

impl Growing {
    fn of(&mut self, family: Family) -> &mut Vec<Rule> {
        match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        }
    }

    /// Adds what one line stands for, and counts the line.
    fn take<'a>(
        &mut self,
        line: &'a str,
        aces: &[Ace<'a>],
        acl: &Acl<'a>,
        interfaces: &Interfaces,
        sink: &mut Sink<'a>,
    ) {
        let span = sink.input.span(line);
        let before = (self.v4.len(), self.v6.len());
        for family in Family::BOTH {
            let rules = self.of(family);
            aces.iter().for_each(|ace| lower(ace, acl, family, interfaces, span, rules));
        }
        let (v4, v6) = (self.v4.get(before.0..).unwrap_or(&[]), self.v6.get(before.1..).unwrap_or(&[]));
        self.names_v6 |= v4.is_empty() && !v6.is_empty();
        let worst = aces.iter().map(understanding).find(|u| *u != Understanding::Exact);
        sink.line(line, worst.unwrap_or(Understanding::Exact), || {
            let all: Vec<String> = v4.iter().chain(v6).map(canonical).collect();
            if all.is_empty() { "matches nothing".to_owned() } else { all.join("; ") }
        });
    }

    /// A line that is not understood may match anything and do anything.
    fn reject<'a>(&mut self, line: &'a str, why: &str, sink: &mut Sink<'a>) {
        let span = sink.input.span(line);
        for family in Family::BOTH {
            let opaque = vec![Condition { text: why.to_owned(), span }];
            let matches = Match { packets: PacketSet::full(family), marks: Vec::new(), opaque };
            self.of(family).push(Rule { matches, action: Action::Unknown(why.to_owned()), span });
        }
        let finding = Finding::new(Code::UnknownLine, format!("an entry is not understood: {why}"));
        sink.find(finding.at(span, "flows that reach it are undecided"));
        sink.line(line, Understanding::Rejected, || why.to_owned());
    }

    fn into_entries(self) -> Entries {
        Entries { v4: self.v4.into(), v6: self.v6.into(), names_v6: self.names_v6 }
    }
}

/// Reads all entries of an access list.
pub fn rules<'a>(acl: &Acl<'a>, config: &mut Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> Entries {
    let mut rules = Growing::default();
    let complete = acl.is_complete();
    for entry in acl.entries() {
        match read(&entry, acl, complete, config, sink) {
            Ok(aces) => rules.take(entry.line, &aces, acl, interfaces, sink),
            Err(why) => rules.reject(entry.line, &why, sink),
        }
    }
    rules.into_entries()
}

/// `conduit permit tcp host SERVER eq www any`: the destination comes first, and the source after it.
pub fn conduits<'a>(config: &mut Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> Entries {
    let mut rules = Growing::default();
    let acl = Acl::default();
    for line in config.conduits.clone() {
        let mut words = Words::new(line);
        words.next();
        match ace::ace(&mut words, Some(Family::V4), &mut config.names, sink) {
            Ok(mut ace) => {
                ace.turn();
                rules.take(line, &[ace], &acl, interfaces, sink);
            }
            Err(why) => rules.reject(line, &why, sink),
        }
    }
    rules.into_entries()
}

/// The entry, or its expansions when only they are readable; time ranges are judged here. Of a listing that is not
/// complete the expansions are what the entry surely matches, and the entry is what it may match.
fn read<'a>(
    entry: &Entry<'_, 'a>,
    acl: &Acl<'a>,
    complete: bool,
    config: &mut Config<'a>,
    sink: &mut Sink<'a>,
) -> Result<Vec<Ace<'a>>, String> {
    let words = entry.words.map_err(|kind| format!("a `{kind}` entry has no place in a list that filters transit"))?;
    let family = acl.only_v6.then_some(Family::V6);
    let found = sink.findings.len();
    let one = |words, config: &mut Config<'a>, sink: &mut Sink<'a>| {
        let mut words = words;
        let mut ace = ace::ace(&mut words, family, &mut config.names, sink)?;
        judge_time(&mut ace, config, sink);
        Ok::<_, String>(ace)
    };
    let whole = one(words, config, sink);
    let is_clear = whole.as_ref().is_ok_and(|a| understanding(a) == Understanding::Exact);
    if !is_clear && !entry.expansions.is_empty() && (complete || whole.is_ok()) {
        let said = sink.findings.len();
        let each = entry.expansions.iter().map(|(_, words)| one(*words, config, sink));
        match each.collect::<Result<Vec<_>, _>>() {
            Ok(all) if complete => {
                sink.retract(found);
                return Ok(all);
            }
            Ok(all) => return Ok(all.into_iter().chain(whole).collect()),
            Err(_) => sink.retract(said),
        }
    }
    if whole.is_err() {
        // What was said about parts of the line is swallowed by the finding about the whole.
        sink.retract(found);
    }
    whole.map(|a| vec![a])
}

fn judge_time<'a>(ace: &mut Ace<'a>, config: &Config<'a>, sink: &mut Sink<'a>) {
    let Some(name) = ace.tail.time_range else { return };
    match config.time_ranges.get(name).map(|range| time_range::judge(range, sink.date)) {
        Some(InForce::Yes) => {}
        Some(InForce::No) => ace.tail.inactive = true,
        Some(InForce::Sometimes) => {
            ace.conditions.push(sink.condition(format!("only during the time range `{name}`"), name));
        }
        None => {
            let message = format!("the time range `{name}` is not defined");
            sink.find_once(Code::UndefinedName, name, message.clone(), "used here");
            ace.conditions.push(sink.condition(message, name));
        }
    }
}

fn understanding(ace: &Ace<'_>) -> Understanding {
    let doubts = [&ace.conditions, &ace.src.doubts, &ace.dst.doubts, &ace.services.doubts];
    if ace.unknown.is_none() && doubts.iter().all(|d| d.is_empty()) {
        Understanding::Exact
    } else {
        Understanding::Opaque
    }
}

/// The rules of one entry: one for what it surely matches and, with doubts, one for what it may match besides.
fn lower(ace: &Ace<'_>, acl: &Acl<'_>, family: Family, interfaces: &Interfaces, span: Span, out: &mut Vec<Rule>) {
    let action = action(ace, acl);
    let path = path(ace, family, interfaces);
    let sure = product(&path, &ace.src.sure, &ace.dst.sure, &ace.services.sure, family);
    let inner = [&ace.src.doubts, &ace.dst.doubts, &ace.services.doubts];
    let is_exact = ace.conditions.is_empty() && inner.iter().all(|d| d.is_empty());
    if !sure.is_empty() && (is_exact || ace.conditions.is_empty() && ace.unknown.is_none()) {
        out.push(Rule { matches: Match::exactly(sure), action: action.clone(), span });
    }
    if is_exact {
        return;
    }
    let any = Addresses::any();
    let bound = |known: &Known<Addresses>| if known.doubts.is_empty() { known.sure.clone() } else { any.clone() };
    let packets = product(&path, &bound(&ace.src), &bound(&ace.dst), ace.services.most(), family);
    if !packets.is_empty() {
        let opaque = ace.conditions.iter().chain(inner.into_iter().flatten()).cloned().collect();
        out.push(Rule { matches: Match { packets, marks: Vec::new(), opaque }, action, span });
    }
}

fn action(ace: &Ace<'_>, acl: &Acl<'_>) -> Action {
    let is_inspected = ace.tail.rule_id.is_some_and(|id| acl.inspected.contains(id));
    match (&ace.unknown, ace.permit) {
        // It stays in the list, so that it can be shown where a flow is missed, but it does nothing.
        _ if ace.tail.inactive => Action::Continue,
        (Some(why), _) => Action::Unknown(why.clone()),
        (None, true) if is_inspected => Action::Unknown("an application or URL condition decides later".to_owned()),
        (None, true) => Action::Accept,
        (None, false) => Action::Deny(Denial::Silent),
    }
}

/// The interfaces that the entry names itself.
fn path(ace: &Ace<'_>, family: Family, interfaces: &Interfaces) -> Cube {
    let mut cube = Cube::full();
    for (name, field) in ace.interfaces.iter().zip([Field::InIface, Field::OutIface]) {
        if let Some(name) = name
            && let Some(narrower) = cube.clone().with(family, field, &interfaces.matching(name))
        {
            cube = narrower;
        }
    }
    cube
}

fn product(path: &Cube, src: &Addresses, dst: &Addresses, items: &[Item], family: Family) -> PacketSet {
    let cube = path.clone().with(family, Field::Src, src.of(family));
    let Some(cube) = cube.and_then(|c| c.with(family, Field::Dst, dst.of(family))) else {
        return PacketSet::empty(family);
    };
    match items {
        [one] => PacketSet::from_cubes(family, one.within(cube, family)),
        _ => PacketSet::from_cubes(family, items.iter().filter_map(|i| i.within(cube.clone(), family))),
    }
}

fn canonical(rule: &Rule) -> String {
    let matches = &rule.matches;
    let verb = match rule.action {
        Action::Accept => "permit",
        Action::Deny(_) => "deny",
        Action::Continue => "inactive:",
        _ => "unknown:",
    };
    let family = matches.packets.family();
    let cubes =
        matches.packets.cubes().iter().map(|c| super::canonical::cube(c, family)).collect::<Vec<_>>().join(" | ");
    let conditions: String = matches.opaque.iter().map(|c| format!(" if {}", c.text)).collect();
    format!("{verb} {cubes}{conditions}")
}

/// The packets that an access list may permit, as an upper bound: what lists for other purposes select.
pub fn selected(rules: &[Rule], family: Family) -> PacketSet {
    let mut set = PacketSet::empty(family);
    for rule in rules {
        if matches!(rule.action, Action::Accept | Action::Unknown(_)) {
            if set.cubes().len() > 1_000 {
                return PacketSet::full(family);
            }
            set.add_all(&rule.matches.packets);
        }
    }
    set
}

/// The packets that an access list permits; `None` when that is not known, or is too many pieces.
pub fn permitted(rules: &[Rule], family: Family) -> Option<PacketSet> {
    const MOST: usize = 1_000;
    let (mut permitted, mut denied) = (PacketSet::empty(family), PacketSet::empty(family));
    for rule in rules {
        let packets = &rule.matches.packets;
        match rule.action {
            _ if !rule.matches.opaque.is_empty() || permitted.cubes().len() + denied.cubes().len() > MOST => {
                return None;
            }
            Action::Accept => permitted.add_all(&packets.subtract(&denied)),
            Action::Deny(_) => denied.add_all(packets),
            Action::Continue => {}
            _ => return None,
        }
    }
    Some(permitted)
}

/// Every packet with one of these protocols that enters by one of these interfaces.
pub fn entering(family: Family, by: &IntervalSet, item: &Item) -> PacketSet {
    let cube = Cube::full().with(family, Field::InIface, by).and_then(|c| item.within(c, family));
    PacketSet::from_cubes(family, cube)
}

/// Everything.
pub fn any_item() -> Item {
    Item::of(service::all_protocols())
}
