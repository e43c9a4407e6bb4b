//! Items of a flat YAML list, with the key names and the word for "permit" that the file itself uses.

use super::items::{Keys, Value, beside, row, tree};
use super::lines::{Line, lines};
use super::yaml::{is_item, name, placed, ranges};
use super::{Edit, Job, Pass, Proposal};
use crate::policy::{Leg, RuleRef};
use crate::source::Span;
use crate::space::Family;
use crate::verify::Verdict;
use ipnet::IpNet;

/// More items than this are no help to anybody.
const MAX_ITEMS: usize = 64;

/// What a key may be called, the usual name first.
const NAMES: &[&str] = &["name", "id"];
const SOURCES: &[&str] = &["source", "src", "source_ip", "source_address", "source_addresses", "from", "src_ip"];
const DESTINATIONS: &[&str] = &[
    "destination",
    "dst",
    "destination_ip",
    "destination_address",
    "destination_addresses",
    "to",
    "dest_ip",
    "dst_ip",
];
const PROTOCOLS: &[&str] = &["protocol", "proto"];
const PORTS: &[&str] = &["port", "ports", "dport", "destination_port", "destination_ports", "dest_port"];
const SOURCE_PORTS: &[&str] = &["source_port", "source_ports", "sport"];
/// Words for a permit.
const PERMITS: &[&str] = &["permit", "allow", "accept", "pass"];

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.leg != Leg::Opening || job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let proposal = proposal(job.text, job.loss.at, job.loss.rule, &job.passes)?;
    (proposal.text.lines().count() <= MAX_ITEMS).then_some(proposal)
}

/// The edit that puts items for these packets where the loss is.
pub(super) fn rules(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Vec<Edit>> {
    Some(proposal(text, at, rule, passes)?.edits)
}

fn proposal(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Proposal> {
    let style = Style::of(text);
    let new = |starts: &[usize]| -> Vec<Keys> {
        let style = Style { priority: priority(text, at, rule, starts), ..style };
        passes.iter().flat_map(|pass| style.items(pass)).collect()
    };
    let rows: Vec<Line<'_>> = lines(text).filter(|l| is_item(*l)).collect();
    let Some(indent) = rows.first().map(|row| row.indent()) else {
        let tree = tree(text)?;
        let items = tree.as_sequence()?;
        let starts: Vec<usize> = items.iter().map(|item| item.head().start as usize).collect();
        return beside(text, items, (at, rule), &new(&starts));
    };
    let rows: Vec<Line<'_>> = rows.into_iter().filter(|l| l.indent() == indent).collect();
    let starts: Vec<usize> = rows.iter().map(|row| row.start).collect();
    placed(text, at, rule, &rows, new(&starts).iter().map(|keys| row(indent, keys)).collect())
}

/// How this file writes its rules.
struct Style {
    name: Option<&'static str>,
    source: &'static str,
    destination: &'static str,
    protocol: &'static str,
    port: &'static str,
    source_port: &'static str,
    permit: &'static str,
    priority: Option<String>,
}

/// The priority that puts a new item where it is written: that of the guilty one, or the highest number at the end.
fn priority(text: &str, at: Span, rule: Option<RuleRef>, starts: &[usize]) -> Option<String> {
    let number = |text: &str| text.parse::<u32>().ok();
    if rule.is_none_or(RuleRef::is_end) {
        return values_of(text, "priority").filter_map(number).max().map(|highest| highest.to_string());
    }
    let at = at.start as usize;
    let guilty = starts.iter().rposition(|start| *start <= at)?;
    let next = starts.get(guilty + 1).copied().unwrap_or(text.len());
    values_of(text.get(*starts.get(guilty)?..next)?, "priority").find_map(number).map(|own| own.to_string())
}

impl Style {
    fn of(text: &str) -> Style {
        let keys: Vec<&str> = keys(text);
        let used = |names: &[&'static str]| names.iter().copied().find(|name| keys.contains(name));
        let or_first = |names: &[&'static str]| used(names).or(names.first().copied()).unwrap_or_default();
        let spoken = |word: &&&str| values_of(text, "action").any(|value| value.eq_ignore_ascii_case(word));
        Style {
            name: used(NAMES),
            source: or_first(SOURCES),
            destination: or_first(DESTINATIONS),
            protocol: or_first(PROTOCOLS),
            port: or_first(PORTS),
            source_port: or_first(SOURCE_PORTS),
            permit: PERMITS.iter().find(spoken).copied().unwrap_or("permit"),
            priority: None,
        }
    }

    fn items(&self, pass: &Pass) -> Vec<Keys> {
        let ports =
            if pass.ports.is_empty() { vec![None] } else { ranges(&pass.ports).into_iter().map(Some).collect() };
        let (sources, destinations) = (values(pass, &pass.sources), values(pass, &pass.destinations));
        let mut out = Vec::new();
        for source in &sources {
            for destination in &destinations {
                for port in &ports {
                    let number = (sources.len() * destinations.len() * ports.len() > 1).then_some(out.len() + 1);
                    out.push(self.item(pass, number, [source, destination], port.as_deref()));
                }
            }
        }
        out
    }

    fn item(&self, pass: &Pass, number: Option<usize>, ends: [&String; 2], port: Option<&str>) -> Keys {
        let word = |text: &str| Value::Word(text.to_owned());
        let [source, destination] = ends;
        let suffix = number.map_or_else(String::new, |n| format!("-{n}"));
        let source_ports = match ranges(&pass.source_ports).as_slice() {
            [] => None,
            [only] => Some(word(only)),
            several => Some(Value::List(several.to_vec())),
        };
        let keys = [
            self.name.map(|key| (key, word(&(name(pass) + &suffix)))),
            self.priority.as_ref().map(|number| ("priority", word(number))),
            Some((self.source, word(source))),
            Some((self.destination, word(destination))),
            pass.proto_name().map(|proto| (self.protocol, word(&proto))),
            port.map(|port| (self.port, word(port))),
            source_ports.map(|ports| (self.source_port, ports)),
            Some(("action", word(self.permit))),
        ];
        keys.into_iter().flatten().collect()
    }
}

fn values(pass: &Pass, prefixes: &[IpNet]) -> Vec<String> {
    match (prefixes, pass.family) {
        ([], Family::V4) => vec!["0.0.0.0/0".to_owned()],
        ([], Family::V6) => vec!["::/0".to_owned()],
        _ => prefixes.iter().map(IpNet::to_string).collect(),
    }
}

/// The words of the text that stand before a colon.
fn keys(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "{,".contains(c));
    words.filter_map(|word| word.strip_suffix(':')).map(|word| word.trim_matches(['"', '\''])).collect()
}

/// The words that follow a key.
fn values_of<'t>(text: &'t str, key: &str) -> impl Iterator<Item = &'t str> {
    let key = format!("{key}:");
    let mut words = text.split(|c: char| c.is_whitespace() || "{},".contains(c)).filter(|w| !w.is_empty());
    std::iter::from_fn(move || {
        words.find(|word| *word == key)?;
        words.next().map(|word| word.trim_matches(['"', '\'']))
    })
}
