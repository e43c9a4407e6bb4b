//! Access-list entries for IOS and its kin.
//!
//! The lists are stateless, so what lets a flow out may have to be joined by what lets its answers in: the permit is
//! tried in the policy, and each list that still stops the conversation gets lines of its own. The text is pasted in
//! configuration mode; sequence numbers put entries before the one that denies.

use super::asa::port_terms;
use super::lines::{Line, line_holding, lines};
use super::{Edit, Job, Pass, Proposal};
use crate::policy::{Action, Chain, ChainId, Leg, Match, Outcome, Policy, Rule, RuleRef, Stage};
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::Verdict;
use ipnet::IpNet;
use std::net::Ipv4Addr;

/// More lines than this are no help.
const MAX_LINES: usize = 48;
/// The most lists that one conversation meets: two on its way out, two on its way back.
const MAX_LISTS: usize = 4;
/// The distance of sequence numbers that the device gives by itself.
const STEP: u64 = 10;
/// The distance that makes room for many lines.
const WIDE_STEP: u64 = 1000;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let mut trial = Trial { policy: job.loss.policy.clone(), opened: Vec::new() };
    let mut next = Some((job.loss.rule?, job.loss.leg));
    let (mut text, mut places) = (Vec::new(), Vec::new());
    for _ in 0..MAX_LISTS {
        let Some((rule, leg)) = next else { break };
        let (lines, place) = trial.lines(job, rule, leg)?;
        text.extend(lines);
        places.push(place);
        trial.open(rule.chain, leg);
        next = match trial.policy.decide(job.loss.witness).outcome() {
            Outcome::Denied(_) => trial.denial(job),
            _ => None,
        };
    }
    if text.len() > MAX_LINES {
        return None;
    }
    let place = format!("in configuration mode, {}", places.join("; then "));
    let edits = vec![Edit::lines(job.text.len(), &text)];
    Some(Proposal { text: text.join("\n"), place, edits, asleep: Vec::new(), remark: None })
}

/// The policy with what was written so far.
struct Trial {
    policy: Policy,
    /// Chains with rules put in front, and how many.
    opened: Vec<(ChainId, usize)>,
}

impl Trial {
    /// Lets the packets of one direction pass a list.
    fn open(&mut self, chain: ChainId, leg: Leg) {
        let family = self.policy.family;
        let Some(list) = self.policy.chains.get_mut(chain.0) else { return };
        let direction = IntervalSet::single(u128::from(leg == Leg::Answer));
        let packets = PacketSet::full(family).with(Field::Direction, &direction);
        let opening = Rule { matches: Match::exactly(packets), action: Action::Accept, span: list.span };
        list.rules.change(|rules| rules.insert(0, opening));
        self.opened.push((chain, 1));
    }

    /// The rule that now stops the conversation, as the unchanged policy counts it.
    fn denial(&self, job: &Job<'_>) -> Option<(RuleRef, Leg)> {
        use crate::policy::End;
        let decision = self.policy.decide(job.loss.witness);
        let found = decision.courses.iter().find_map(|c| match c.end {
            End::Denied(leg) => Some((c.at?, leg)),
            _ => None,
        });
        let (at, leg) = found?;
        let before: usize = self.opened.iter().filter(|o| o.0 == at.chain).map(|o| o.1).sum();
        let rule = if at.is_end() { at.rule } else { at.rule.checked_sub(before)? };
        Some((RuleRef { chain: at.chain, rule }, leg))
    }

    /// The lines for the list that a rule belongs to, and where they go.
    fn lines(&self, job: &Job<'_>, rule: RuleRef, leg: Leg) -> Option<(Vec<String>, String)> {
        let policy = job.loss.policy;
        let chain = policy.chain(rule.chain)?;
        let at = policy.span(rule)?.start as usize;
        let list = List::of(job.text, at)?;
        let translated = policy.forward.iter().any(|s| matches!(s, Stage::Translate { destination: false, .. }));
        // Lists of the outer interface see the translated address of the client.
        let hidden = translated && is_outer(chain, leg);
        let entries: Vec<String> = job.passes.iter().flat_map(|pass| entries(pass, leg, hidden)).collect();
        let guilty = if rule.is_end() { None } else { list.entries.iter().position(|e| e.start <= at && at < e.next) };
        list.written(entries, guilty, job)
    }
}

/// Is a list asked where the client's packets leave, or its answers enter?
pub(super) fn is_outer(chain: &Chain, leg: Leg) -> bool {
    chain.name.contains(if leg == Leg::Answer { " (in " } else { " (out " })
}

/// The byte where a line can stand, and a number that is free there.
type Slot = (usize, u64);

/// An entry of a list in the text.
struct Entry {
    start: usize,
    next: usize,
    number: Option<u64>,
}

/// A list as it stands in the text.
pub(super) struct List<'t> {
    name: &'t str,
    /// The command that opens it.
    head: String,
    six: bool,
    entries: Vec<Entry>,
    has_remarks: bool,
}

impl<'t> List<'t> {
    /// The name of the list that a line opens, and whether it is one for IPv6.
    pub fn opened(line: &'t str) -> Option<(&'t str, bool)> {
        opened_by(lines(line).next()?)
    }

    /// The list that the line at a byte belongs to: an entry, a title, or the line that binds it.
    pub fn of(text: &'t str, at: usize) -> Option<List<'t>> {
        let line = line_holding(text, at)?;
        let (name, six) = match named_by(line) {
            Some(named) => named,
            None => lines(text).take_while(|l| l.start < line.start).filter_map(opened_by).last()?,
        };
        List::named(text, name, six)
    }

    fn named(text: &'t str, name: &'t str, six: bool) -> Option<List<'t>> {
        let mut list = List { name, head: String::new(), six, entries: Vec::new(), has_remarks: false };
        let mut inside = false;
        for line in lines(text) {
            if let Some(opened) = opened_by(line) {
                inside = opened == (name, six);
                if inside && list.head.is_empty() {
                    list.head = line.text.trim().to_owned();
                }
            } else if is_numbered(line, name) {
                list.take(line, 2);
            } else if inside {
                inside = line.is_blank() || line.text.starts_with('!') || list.take(line, 0) || line.indent() > 0;
            }
        }
        if list.head.is_empty() {
            list.head = format!("ip access-list extended {name}");
        }
        // A list of sources only cannot say what the permit has to say.
        let standard = list.head.contains(" standard ") || matches!(name.parse(), Ok(1..=99 | 1300..=1999u32));
        (!standard).then_some(list)
    }

    /// The number of the entry that a byte of the text belongs to.
    pub fn position(&self, at: usize) -> Option<usize> {
        self.entries.iter().position(|e| (e.start..e.next).contains(&at))
    }

    /// The same entries as lines of the text, in the words of their neighbours: above the guilty one, or at the end. Where
    /// the list shows numbers they get free ones, in any order, as each of them lets pass what has to pass; where none are
    /// free, the entries of the list are numbered anew.
    pub fn inserted(&self, text: &str, new: Vec<String>, guilty: Option<usize>) -> Option<Vec<Edit>> {
        let near = guilty.and_then(|index| self.entries.get(index)).or(self.entries.last())?;
        let line = text.get(near.start..near.next)?;
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let prefix =
            if named_by(lines(line).next()?).is_some() { format!("access-list {} ", self.name) } else { indent };
        let at = if guilty.is_some() { near.start } else { near.next };
        let Some(numbers) = self.entries.iter().map(|e| e.number).collect::<Option<Vec<u64>>>() else {
            return Some(vec![Edit::lines(
                at,
                &new.iter().map(|entry| format!("{prefix}{entry}")).collect::<Vec<_>>(),
            )]);
        };
        let (places, mut edits) = match guilty {
            None => {
                let first = numbers.iter().max()? + STEP;
                ((0..new.len() as u64).map(|n| (at, first + n)).collect(), Vec::new())
            }
            Some(index) => match self.free(&numbers, index, new.len()) {
                Some(places) => (places, Vec::new()),
                None => self.renumbered(text, index, new.len())?,
            },
        };
        for ((at, number), entry) in places.into_iter().zip(&new) {
            let line = if self.six { format!("{entry} sequence {number}") } else { format!("{number} {entry}") };
            edits.push(Edit::lines(at, &[format!("{prefix}{line}")]));
        }
        Some(edits)
    }

    /// So many free numbers before an entry, the nearest ones, each with the place of its line; in ascending order.
    fn free(&self, numbers: &[u64], index: usize, count: usize) -> Option<Vec<Slot>> {
        let mut free = Vec::new();
        for at in (0..=index).rev() {
            let below = if at == 0 { 0 } else { *numbers.get(at - 1)? };
            let (entry, number) = (self.entries.get(at)?, *numbers.get(at)?);
            free.extend((below + 1..number).rev().map(|n| (entry.start, n)).take(count - free.len()));
        }
        free.reverse();
        let ascending = numbers.windows(2).all(|pair| pair.first() < pair.last());
        (ascending && free.len() == count).then_some(free)
    }

    /// The entries with numbers that make room above one of them, and the places there. A list of IPv6 has no such command.
    fn renumbered(&self, text: &str, index: usize, count: usize) -> Option<(Vec<Slot>, Vec<Edit>)> {
        let mut edits = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let line = text.get(entry.start..entry.next)?;
            let first =
                line.find(|c: char| c.is_ascii_digit()).filter(|_| !self.six && !line.starts_with("access-list"))?;
            let old: String = line.get(first..)?.chars().take_while(char::is_ascii_digit).collect();
            let insert = (WIDE_STEP * (at as u64 + 1)).to_string();
            edits.push(Edit { at: entry.start + first, remove: old.len(), insert });
        }
        let start = self.entries.get(index)?.start;
        let before = WIDE_STEP * (index as u64 + 1);
        let first = before - (count as u64).min(WIDE_STEP - 1);
        let places = (first..before).map(|number| (start, number)).collect();
        (count < WIDE_STEP as usize).then_some((places, edits))
    }

    /// Takes an entry; `false` when the line is none.
    fn take(&mut self, line: Line<'_>, skip: usize) -> bool {
        let mut words = line.words().skip(skip).peekable();
        words.next_if(|w| *w == "sequence");
        let number = words.next_if(|w| w.parse::<u64>().is_ok()).and_then(|w| w.parse().ok());
        match words.next() {
            Some("permit" | "deny" | "evaluate" | "dynamic") => {
                let trailing = line.words().skip_while(|w| *w != "sequence").nth(1).and_then(|w| w.parse().ok());
                self.entries.push(Entry { start: line.start, next: line.next, number: number.or(trailing) });
                true
            }
            Some("remark") => {
                self.has_remarks = true;
                true
            }
            _ => false,
        }
    }

    /// The commands that add entries above the guilty one, or at the end where there is none.
    fn written(&self, entries: Vec<String>, guilty: Option<usize>, job: &Job<'_>) -> Option<(Vec<String>, String)> {
        let mut out = Vec::new();
        let name = self.name;
        let Some(index) = guilty else {
            out.push(self.head.clone());
            out.extend(entries.iter().map(|entry| format!(" {entry}")));
            return Some((out, format!("at the end of the access list `{name}`")));
        };
        let count = entries.len() as u64;
        let (first, place) = match self.room(index, count, job) {
            Some((first, before)) => (first, format!("above entry {before} of the access list `{name}`")),
            None if self.six => return None,
            None => {
                let step = if count < STEP && !self.has_remarks { STEP } else { WIDE_STEP };
                out.push(format!("ip access-list resequence {name} {step} {step}"));
                // Whether remarks are counted differs between releases: the top of the list is sure.
                let before = if self.has_remarks { step } else { step * (index as u64 + 1) };
                let place = if self.has_remarks { "at the top".to_owned() } else { format!("above entry {before}") };
                (before.checked_sub(count).filter(|n| *n > 0)?, format!("{place} of the access list `{name}`"))
            }
        };
        out.push(self.head.clone());
        out.extend(entries.iter().enumerate().map(|(at, entry)| self.numbered(first + at as u64, entry)));
        Some((out, place))
    }

    fn numbered(&self, number: u64, entry: &str) -> String {
        if self.six { format!(" {entry} sequence {number}") } else { format!(" {number} {entry}") }
    }

    /// The first of so many free numbers before an entry, and the number of that entry, where the text shows numbers.
    /// Fixes for other flows at the same entry should take other numbers, so the ports choose among the free ones.
    fn room(&self, index: usize, count: u64, job: &Job<'_>) -> Option<(u64, u64)> {
        let implicit = |at: usize| self.six.then_some(STEP * (at as u64 + 1));
        let numbers: Vec<u64> =
            self.entries.iter().enumerate().map(|(at, e)| e.number.or_else(|| implicit(at))).collect::<Option<_>>()?;
        let before = *numbers.get(index)?;
        let last = numbers.iter().filter(|n| **n < before).max().copied().unwrap_or(0);
        let free = before.checked_sub(last + 1)?;
        let spare = free.checked_sub(count)?;
        let choice: u64 = job.passes.iter().flat_map(|p| &p.ports).map(|(low, _)| u64::from(*low)).sum();
        Some((last + 1 + choice % (spare + 1), before))
    }
}

/// The list that a line names itself: `access-list 101 ...`, `ip access-group X in`, `ipv6 traffic-filter X in`.
fn named_by(line: Line<'_>) -> Option<(&str, bool)> {
    if let Some(opened) = opened_by(line) {
        return Some(opened);
    }
    let mut words = line.words();
    match (words.next(), words.next()) {
        (Some("access-list"), Some(number)) => Some((number, false)),
        (Some("ip"), Some("access-group")) => Some((words.next()?, false)),
        (Some("ipv6"), Some("traffic-filter" | "access-group")) => Some((words.next()?, true)),
        _ => None,
    }
}

/// The list that a title opens.
fn opened_by(line: Line<'_>) -> Option<(&str, bool)> {
    let mut words = line.words().peekable();
    let six = match words.next()? {
        "ip" => false,
        "ipv6" => true,
        _ => return None,
    };
    words.next().filter(|w| *w == "access-list")?;
    words.next_if(|w| matches!(*w, "extended" | "standard"));
    words.next().filter(|name| *name != "resequence").map(|name| (name, six))
}

fn is_numbered(line: Line<'_>, name: &str) -> bool {
    let mut words = line.words();
    words.next() == Some("access-list") && words.next() == Some(name)
}

/// The entries for one direction of a pass. `hidden`: the client's address is another one here.
pub(super) fn entries(pass: &Pass, leg: Leg, hidden: bool) -> Vec<String> {
    let proto = pass.proto_name().map_or_else(
        || if pass.family == Family::V4 { "ip" } else { "ipv6" }.to_owned(),
        |p| p.replace("ipv6-icmp", "icmp"),
    );
    let clients = if hidden { vec!["any".to_owned()] } else { terms(&pass.sources) };
    let mut out = Vec::new();
    let (ports, from) = (port_terms(pass, &pass.ports), port_terms(pass, &pass.source_ports));
    let clients = clients.iter().flat_map(|client| from.iter().map(move |port| format!("{client}{port}")));
    for client in clients {
        for server in &terms(&pass.destinations) {
            for port in &ports {
                out.push(match leg {
                    // Only TCP tells an answer from a request.
                    Leg::Answer if pass.proto == Some(6) => {
                        format!("permit {proto} {server}{port} {client} established")
                    }
                    Leg::Answer => format!("permit {proto} {server}{port} {client}"),
                    _ => format!("permit {proto} {client} {server}{port}"),
                });
            }
        }
    }
    out
}

fn terms(prefixes: &[IpNet]) -> Vec<String> {
    if prefixes.is_empty() {
        return vec!["any".to_owned()];
    }
    prefixes.iter().map(term).collect()
}

fn term(prefix: &IpNet) -> String {
    match prefix {
        _ if prefix.prefix_len() == prefix.max_prefix_len() => format!("host {}", prefix.addr()),
        IpNet::V4(p) => format!("{} {}", p.network(), Ipv4Addr::from(!u32::from(p.netmask()))),
        IpNet::V6(p) => p.to_string(),
    }
}
