//! Access-list entries for an ASA.
//!
//! Entries carry `line N`, as a person has to type them; N counts entries and remarks of the list. In the text they
//! stand below the list's other lines, which is where a later `show running-config` would not have them, but the
//! place in the list is the same.

use super::lines::{Line, line_holding, lines};
use super::{Job, Pass, Proposal};
use crate::policy::{Leg, RuleRef};
use crate::space::Family;
use crate::verify::Verdict;
use ipnet::IpNet;

/// More combinations of source and destination than this are written with object groups.
pub(super) const MAX_ENTRIES: usize = 4;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.leg != Leg::Opening || job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let at = job.loss.at.start as usize;
    let guilty = line_holding(job.text, at)?;
    if guilty.words().next() == Some("security-level") {
        return same_level(job);
    }
    let name = list_of(guilty)?;
    // The end of a list that is judged on its own stands at its last line.
    let at_end = job.loss.rule.is_some_and(RuleRef::is_end);
    let (mut position, mut last) = (None, None);
    for (index, line) in lines(job.text).filter(|l| is_entry_of(*l, name) && !is_expansion(*l)).enumerate() {
        if line.start == guilty.start && !at_end {
            position = Some(index + 1);
        }
        last = Some(line);
    }
    let mut writer = Entries { name, next: position, tag: tag(name, position), out: Vec::new() };
    job.passes.iter().for_each(|pass| writer.pass(pass));
    let (at, place) = match (position, last) {
        (Some(n), Some(last)) => {
            (last.next, format!("above line {n} of the access list `{name}`, which takes it first"))
        }
        (None, Some(last)) => (last.next, format!("at the end of the access list `{name}`, above its implicit deny")),
        // A list that is bound but not in the text: nobody knows what it holds.
        (_, None) => return None,
    };
    Some(Proposal::adding(writer.out, at, place))
}

/// What lets interfaces of one level talk; where levels differ, the proof fails and nothing is shown.
fn same_level(job: &Job<'_>) -> Option<Proposal> {
    let witness = job.loss.witness;
    let which = if witness.in_iface == witness.out_iface { "intra" } else { "inter" };
    let first = lines(job.text).find(|l| l.text.starts_with("interface "))?;
    let line = format!("same-security-traffic permit {which}-interface");
    let mut proposal = Proposal::adding(vec![line], first.start, "in configuration mode".to_owned());
    proposal.remark = Some("it opens everything between such interfaces that no access list filters".to_owned());
    Some(proposal)
}

/// The access list that a line belongs to: an entry, or the line that binds the list.
pub(super) fn list_of(line: Line<'_>) -> Option<&str> {
    let mut words = line.words();
    matches!(words.next(), Some("access-list" | "access-group")).then(|| words.next()).flatten()
}

pub(super) fn is_entry_of(line: Line<'_>, name: &str) -> bool {
    // Most lines of a large text are told apart by their first bytes.
    line.text.trim_start().starts_with("access-list") && {
        let mut words = line.words();
        words.next() == Some("access-list") && words.next() == Some(name)
    }
}

/// What `show access-list` prints below an entry: it stands at no place of its own.
fn is_expansion(line: Line<'_>) -> bool {
    line.indent() > 0 && line.words().nth(2) == Some("line")
}

/// Makes the names of groups unlike those of fixes for other places.
fn tag(name: &str, position: Option<usize>) -> String {
    position.map_or_else(|| format!("{name}-END"), |n| format!("{name}-{n}"))
}

struct Entries<'a> {
    name: &'a str,
    next: Option<usize>,
    tag: String,
    out: Vec<String>,
}

impl Entries<'_> {
    fn pass(&mut self, pass: &Pass) {
        let (mut sources, mut destinations) = (terms(pass, &pass.sources), terms(pass, &pass.destinations));
        if sources.len() * destinations.len() > MAX_ENTRIES {
            sources = self.grouped(pass, "FROM", &pass.sources, sources);
            destinations = self.grouped(pass, "TO", &pass.destinations, destinations);
        }
        let proto = pass.proto_name().map_or_else(|| "ip".to_owned(), |p| p.replace("ipv6-icmp", "icmp6"));
        for source in &sources {
            for destination in &destinations {
                ports(pass).iter().for_each(|port| self.entry(&format!("{proto} {source} {destination}{port}")));
            }
        }
    }

    fn entry(&mut self, what: &str) {
        let line = self.next.map_or_else(String::new, |n| format!(" line {n}"));
        self.next = self.next.map(|n| n + 1);
        self.out.push(format!("access-list {}{line} extended permit {what}", self.name));
    }

    /// One reference to a group in place of several terms.
    fn grouped(&mut self, pass: &Pass, side: &str, members: &[IpNet], terms: Vec<String>) -> Vec<String> {
        if terms.len() < 2 {
            return terms;
        }
        let ports = pass.port_list("-", "-");
        let proto = pass.proto_name().unwrap_or_default().to_uppercase();
        let group = format!("{side}-{}-{proto}-{ports}-{}", self.tag, self.out.len());
        self.out.push(format!("object-group network {group}"));
        self.out.extend(members.iter().map(|member| format!(" network-object {}", term(member))));
        vec![format!("object-group {group}")]
    }
}

pub(super) fn terms(pass: &Pass, prefixes: &[IpNet]) -> Vec<String> {
    if prefixes.is_empty() {
        let any = if pass.family == Family::V4 { "any4" } else { "any6" };
        return vec![any.to_owned()];
    }
    prefixes.iter().map(term).collect()
}

/// An address or a network as entries and groups have it.
pub(crate) fn term(prefix: &IpNet) -> String {
    match prefix {
        _ if prefix.prefix_len() == prefix.max_prefix_len() => format!("host {}", prefix.addr()),
        IpNet::V4(p) => format!("{} {}", p.network(), p.netmask()),
        IpNet::V6(p) => p.to_string(),
    }
}

fn ports(pass: &Pass) -> Vec<String> {
    port_terms(pass, &pass.ports)
}

/// What an entry says of ports: one term for each range, an empty one where it asks for none.
pub(super) fn port_terms(pass: &Pass, ports: &[(u16, u16)]) -> Vec<String> {
    if ports.is_empty() || !matches!(pass.proto, Some(6 | 17)) {
        return vec![String::new()];
    }
    let one = |(low, high): &(u16, u16)| {
        if low == high { format!(" eq {low}") } else { format!(" range {low} {high}") }
    };
    ports.iter().map(one).collect()
}
