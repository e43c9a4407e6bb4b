//! Items of a flat YAML list, with the key names and the word for "permit" that the file itself uses.

use super::lines::{Line, lines};
use super::yaml::{insertion, is_item, name, placed};
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
    let style = Style::of(job.text);
    let items: Vec<Line<'_>> = lines(job.text).filter(|l| is_item(*l)).collect();
    let indent = items.first()?.indent();
    let items: Vec<Line<'_>> = items.into_iter().filter(|l| l.indent() == indent).collect();
    let style = Style { priority: priority(job.text, job.loss.at, job.loss.rule, &items), ..style };
    let new: Vec<String> = job.passes.iter().flat_map(|pass| style.items(indent, pass)).collect();
    if new.len() > MAX_ITEMS { None } else { insertion(job, &items, new) }
}

/// The edit that puts items for these packets where the loss is.
pub(super) fn rules(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Vec<Edit>> {
    let style = Style::of(text);
    let items: Vec<Line<'_>> = lines(text).filter(|l| is_item(*l)).collect();
    let indent = items.first()?.indent();
    let items: Vec<Line<'_>> = items.into_iter().filter(|l| l.indent() == indent).collect();
    let style = Style { priority: priority(text, at, rule, &items), ..style };
    let new = passes.iter().flat_map(|pass| style.items(indent, pass)).collect();
    Some(placed(text, at, rule, &items, new)?.edits)
}

/// How this file writes its rules.
struct Style<'a> {
    name: Option<&'a str>,
    source: &'a str,
    destination: &'a str,
    protocol: &'a str,
    port: &'a str,
    source_port: &'a str,
    permit: &'a str,
    priority: Option<String>,
}

/// The priority that puts a new item where it is written: that of the guilty one, or the highest number at the end.
fn priority(text: &str, at: Span, rule: Option<RuleRef>, items: &[Line<'_>]) -> Option<String> {
    let number = |text: &str| text.parse::<u32>().ok();
    if rule.is_none_or(RuleRef::is_end) {
        return values_of(text, "priority").filter_map(number).max().map(|highest| highest.to_string());
    }
    let at = at.start as usize;
    let guilty = items.iter().rposition(|item| item.start <= at)?;
    let next = items.get(guilty + 1).map_or(text.len(), |item| item.start);
    values_of(text.get(items.get(guilty)?.start..next)?, "priority").find_map(number).map(|own| own.to_string())
}

impl Style<'_> {
    fn of(text: &str) -> Style<'_> {
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

    fn items(&self, indent: usize, pass: &Pass) -> Vec<String> {
        let ports: Vec<Option<String>> = if pass.ports.is_empty() {
            vec![None]
        } else {
            let one = |port: &(u16, u16)| Pass { ports: vec![*port], ..pass.clone() }.port_list("-", ",");
            pass.ports.iter().map(|port| Some(one(port))).collect()
        };
        let (sources, destinations) = (values(pass, &pass.sources), values(pass, &pass.destinations));
        let mut out = Vec::new();
        for source in &sources {
            for destination in &destinations {
                for port in &ports {
                    let number = (sources.len() * destinations.len() * ports.len() > 1).then_some(out.len() + 1);
                    out.push(self.item(indent, pass, number, [source, destination], port.as_deref()));
                }
            }
        }
        out
    }

    fn item(
        &self,
        indent: usize,
        pass: &Pass,
        number: Option<usize>,
        ends: [&String; 2],
        port: Option<&str>,
    ) -> String {
        let [source, destination] = ends;
        let mut keys = Vec::new();
        let suffix = number.map_or_else(String::new, |n| format!("-{n}"));
        keys.extend(self.name.map(|key| format!("{key}: {}{suffix}", name(pass))));
        keys.extend(self.priority.iter().map(|number| format!("priority: {number}")));
        keys.push(format!("{}: {source}", self.source));
        keys.push(format!("{}: {destination}", self.destination));
        keys.extend(pass.proto_name().map(|proto| format!("{}: {proto}", self.protocol)));
        keys.extend(port.map(|port| format!("{}: {port}", self.port)));
        if !pass.source_ports.is_empty() {
            let list = pass.source_port_list("-", ", ");
            let list = if pass.source_ports.len() > 1 { format!("[{list}]") } else { list };
            keys.push(format!("{}: {list}", self.source_port));
        }
        keys.push(format!("action: {}", self.permit));
        format!("{}- {{ {} }}", " ".repeat(indent), keys.join(", "))
    }
}

fn values(pass: &Pass, prefixes: &[IpNet]) -> Vec<String> {
    let text = |p: String| if p.contains("::") { format!("\"{p}\"") } else { p };
    if prefixes.is_empty() {
        return vec![text(if pass.family == Family::V4 { "0.0.0.0/0" } else { "::/0" }.to_owned())];
    }
    prefixes.iter().map(|p| text(p.to_string())).collect()
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
