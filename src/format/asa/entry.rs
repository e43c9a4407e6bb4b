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
use crate::policy::{Action, Condition, Denial, Interfaces, Match, Rule};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// The rules of an access list, for each family.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Of IPv4.
    pub v4: Vec<Rule>,
    /// Of IPv6.
    pub v6: Vec<Rule>,
    /// Is there an entry for IPv6 alone?
    pub names_v6: bool,
}

impl Rules {
    /// Of one family.
    pub fn of(&self, family: Family) -> &[Rule] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

impl Rules {
    fn add(&mut self, [v4, v6]: [Vec<Lowered>; 2], span: Span) {
        let rule = |(matches, action)| Rule { matches, action, span };
        self.names_v6 |= v4.is_empty() && !v6.is_empty();
        self.v4.extend(v4.into_iter().map(rule));
        self.v6.extend(v6.into_iter().map(rule));
    }
}

/// Reads all entries of an access list.
pub fn rules<'a>(acl: &Acl<'a>, config: &mut Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> Rules {
    let mut rules = Rules::default();
    let complete = acl.is_complete();
    for entry in acl.entries() {
        let both = match read(&entry, acl, complete, config, sink) {
            Ok(aces) => {
                let lower = |family| aces.iter().flat_map(|a| lowered(a, acl, family, interfaces)).collect::<Vec<_>>();
                let both = Family::BOTH.map(lower);
                count(entry.line, &aces, &both, sink);
                both
            }
            Err(why) => Family::BOTH.map(|family| vec![rejected(entry.line, &why, family, sink)]),
        };
        rules.add(both, sink.input.span(entry.line));
    }
    rules
}

/// `conduit permit tcp host SERVER eq www any`: the destination comes first, and the source after it.
pub fn conduits<'a>(config: &mut Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> Rules {
    let mut rules = Rules::default();
    let acl = Acl::default();
    for line in config.conduits.clone() {
        let mut words = Words::new(line);
        words.next();
        let both = match ace::ace(&mut words, Some(Family::V4), &mut config.names, sink) {
            Ok(mut ace) => {
                ace.turn();
                let both = Family::BOTH.map(|family| lowered(&ace, &acl, family, interfaces));
                count(line, &[ace], &both, sink);
                both
            }
            Err(why) => Family::BOTH.map(|family| vec![rejected(line, &why, family, sink)]),
        };
        rules.add(both, sink.input.span(line));
    }
    rules
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

type Lowered = (Match, Action);

fn rejected<'a>(line: &'a str, why: &str, family: Family, sink: &mut Sink<'a>) -> Lowered {
    let span = sink.input.span(line);
    if family == Family::V4 {
        let finding = Finding::new(Code::UnknownLine, format!("an entry is not understood: {why}"));
        sink.find(finding.at(span, "flows that reach it are undecided"));
        sink.line(line, Understanding::Rejected, || why.to_owned());
    }
    let opaque = vec![Condition { text: why.to_owned(), span }];
    (Match { packets: PacketSet::full(family), marks: Vec::new(), opaque }, Action::Unknown(why.to_owned()))
}

/// The rules of one entry: one for what it surely matches and, with doubts, one for what it may match besides.
fn lowered(ace: &Ace<'_>, acl: &Acl<'_>, family: Family, interfaces: &Interfaces) -> Vec<Lowered> {
    let action = action(ace, acl);
    let path = path(ace, family, interfaces);
    let sure = product(&path, &ace.src.sure, &ace.dst.sure, &ace.services.sure, family);
    let mut doubts: Vec<Condition> = ace.conditions.clone();
    let any = Addresses::any();
    let bound = |known: &Known<Addresses>| if known.doubts.is_empty() { known.sure.clone() } else { any.clone() };
    let inner = [&ace.src.doubts, &ace.dst.doubts, &ace.services.doubts];
    let has_inner = inner.iter().any(|d| !d.is_empty());
    if doubts.is_empty() && !has_inner {
        return if sure.is_empty() { Vec::new() } else { vec![(Match::exactly(sure), action)] };
    }
    let mut all = Vec::new();
    if doubts.is_empty() && ace.unknown.is_none() && !sure.is_empty() {
        all.push((Match::exactly(sure), action.clone()));
    }
    inner.iter().for_each(|d| doubts.extend(d.iter().cloned()));
    let most = product(&path, &bound(&ace.src), &bound(&ace.dst), &ace.services.bound, family);
    if !most.is_empty() {
        all.push((Match { packets: most, marks: Vec::new(), opaque: doubts }, action));
    }
    all
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
    PacketSet::from_cubes(family, items.iter().filter_map(|i| i.within(cube.clone(), family)))
}

fn count<'a>(line: &'a str, aces: &[Ace<'a>], rules: &[Vec<Lowered>; 2], sink: &mut Sink<'a>) {
    let worst = aces.iter().map(understanding).find(|u| *u != Understanding::Exact);
    sink.line(line, worst.unwrap_or(Understanding::Exact), || {
        let all: Vec<String> = rules.iter().flatten().map(|(matches, action)| canonical(matches, action)).collect();
        if all.is_empty() { "matches nothing".to_owned() } else { all.join("; ") }
    });
}

fn canonical(matches: &Match, action: &Action) -> String {
    let verb = match action {
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
