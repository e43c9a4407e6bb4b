//! From entries to rules.

mod growing;

use super::ace::{self, Ace};
use super::acl::{Acl, Entry, Share};
use super::address::Addresses;
use super::aside::Asked;
use super::config::Config;
use super::object::Known;
use super::service::{self, Item};
use super::sink::Sink;
use super::time_range::{self, InForce};
use super::words::Words;
use crate::finding::Code;
use crate::format::{MOST_KEPT, Understanding};
use crate::policy::{Action, Denial, Interfaces, Match, Rule, Rules};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use growing::{Growing, Reading};
use rayon::prelude::*;

/// The rules of an access list, for each family.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    v4: Kept,
    v6: Kept,
    /// Is there an entry for IPv6 alone?
    pub names_v6: bool,
}

/// The rules of one family that were kept.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// These.
    pub rules: Rules,
    /// How many others there are, which can match nothing that is asked about.
    pub set_aside: usize,
}

impl Entries {
    /// The rules of one family.
    pub fn of(&self, family: Family) -> &Rules {
        &self.kept(family).rules
    }

    /// The same, with the number of those that were set aside.
    pub fn kept(&self, family: Family) -> &Kept {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// Reads all entries of an access list, on all cores; of those that nothing is `asked` of only their number is kept.
pub fn rules<'a>(
    acl: &Acl<'a>,
    config: &Config<'a>,
    interfaces: &Interfaces,
    asked: Option<&Asked<'_>>,
    sink: &mut Sink<'a>,
) -> Entries {
    let mut read = shares(Reading { acl, interfaces, asked }, config, sink);
    // Some entries match nothing: so few are left that all are kept.
    let family = if acl.only_v6 { Family::V6 } else { Family::V4 };
    if asked.is_some() && read.iter().map(|(rules, _)| rules.count(family)).sum::<usize>() <= MOST_KEPT {
        read = shares(Reading { acl, interfaces, asked: None }, config, sink);
    }
    let mut rules = Growing::default();
    for (next, said) in read {
        rules.absorb(next);
        sink.absorb(said);
    }
    rules.into_entries()
}

/// The rules of each share of the lines, with what is to be said of them.
fn shares<'a>(reading: Reading<'_, 'a>, config: &Config<'a>, sink: &Sink<'a>) -> Vec<(Growing, Sink<'a>)> {
    let complete = reading.acl.is_complete();
    let read = |share: &Share<'_, 'a>| {
        let (mut rules, mut sink) = (Growing::default(), sink.apart());
        for entry in share.entries() {
            match read(&entry, reading.acl, complete, config, &mut sink) {
                Ok(aces) => rules.take(entry.line, &aces, reading, &mut sink),
                Err(why) => rules.reject(entry.line, &why, &mut sink),
            }
        }
        (rules, sink)
    };
    match reading.acl.shares().as_slice() {
        // To wake other cores would take longer.
        [one] => vec![read(one)],
        all => all.par_iter().map(read).collect(),
    }
}

/// `conduit permit tcp host SERVER eq www any`: the destination comes first, and the source after it.
pub fn conduits<'a>(config: &Config<'a>, interfaces: &Interfaces, sink: &mut Sink<'a>) -> Entries {
    let mut rules = Growing::default();
    let acl = &Acl::default();
    for line in &config.conduits {
        let mut words = Words::new(line);
        words.next();
        match ace::ace(&mut words, Some(Family::V4), &config.names, sink) {
            Ok(mut ace) => {
                ace.turn();
                rules.take(line, &[ace], Reading { acl, interfaces, asked: None }, sink);
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
    config: &Config<'a>,
    sink: &mut Sink<'a>,
) -> Result<Vec<Ace<'a>>, String> {
    let words = entry.words.map_err(|kind| format!("a `{kind}` entry has no place in a list that filters transit"))?;
    let family = acl.only_v6.then_some(Family::V6);
    let found = sink.findings.len();
    let one = |words, sink: &mut Sink<'a>| {
        let mut words = words;
        let mut ace = ace::ace(&mut words, family, &config.names, sink)?;
        judge_time(&mut ace, config, sink);
        Ok::<_, String>(ace)
    };
    let whole = one(words, sink);
    let is_clear = whole.as_ref().is_ok_and(|a| understanding(a) == Understanding::Exact);
    if !is_clear && !entry.expansions.is_empty() && (complete || whole.is_ok()) {
        let said = sink.findings.len();
        let each = entry.expansions.iter().map(|(_, words)| one(*words, sink));
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
        [one] => one.within(cube, family).map_or_else(|| PacketSet::empty(family), |c| PacketSet::of(family, c)),
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
