//! Access-list entries where an ASA would show them: above the guilty one, without `line N`.

use super::draft::Place;
use crate::fix::asa::{MAX_ENTRIES, is_entry_of, list_of, term, terms};
use crate::fix::lines::{Line, line_holding, lines};
use crate::fix::{Edit, Pass};
use crate::policy::Leg;
use crate::space::Family;
use crate::verify::Verdict;
use ipnet::IpNet;

pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    if place.lost.leg != Leg::Opening || place.lost.verdict == Verdict::Intercepted {
        return Vec::new();
    }
    let Some(guilty) = line_holding(place.text, place.lost.at.start as usize) else { return Vec::new() };
    if guilty.words().next() == Some("security-level") {
        return same_level(place).map(|edit| vec![vec![edit]]).unwrap_or_default();
    }
    in_list(place.text, guilty, passes).map(|edits| vec![edits]).unwrap_or_default()
}

/// What lets interfaces of one level talk. It opens more than the flow, unless nothing else could use it.
fn same_level(place: &Place<'_>) -> Option<Edit> {
    let which = if place.lost.witness.in_iface == place.lost.witness.out_iface { "intra" } else { "inter" };
    let first = lines(place.text).find(|l| l.text.starts_with("interface "))?;
    Some(Edit::lines(first.start, &[format!("same-security-traffic permit {which}-interface")]))
}

fn in_list(text: &str, guilty: Line<'_>, passes: &[Pass]) -> Option<Vec<Edit>> {
    let name = list_of(guilty)?;
    let list: Vec<Line<'_>> = lines(text).filter(|l| is_entry_of(*l, name)).collect();
    let mut writer = Entries { text, name, groups: Vec::new(), entries: Vec::new() };
    passes.iter().for_each(|pass| writer.pass(pass));
    let at = match list.iter().position(|l| l.start == guilty.start) {
        Some(index) => above_remarks(&list, index)?,
        None => list.last()?.next,
    };
    let first = lines(text).find(|l| l.text.starts_with("access-list "))?;
    let mut edits = vec![Edit::lines(at, &writer.entries)];
    if !writer.groups.is_empty() {
        edits.insert(0, Edit::lines(first.start, &writer.groups));
    }
    Some(edits)
}

/// Above an entry and the remarks that speak of it.
fn above_remarks(list: &[Line<'_>], index: usize) -> Option<usize> {
    let is_remark = |line: &&Line<'_>| line.words().nth(2) == Some("remark");
    let remarks = list.get(..index)?.iter().rev().take_while(is_remark).count();
    list.get(index - remarks).map(|line| line.start)
}

struct Entries<'a> {
    text: &'a str,
    name: &'a str,
    groups: Vec<String>,
    entries: Vec<String>,
}

impl Entries<'_> {
    fn pass(&mut self, pass: &Pass) {
        let (mut sources, mut destinations) = (terms(pass, &pass.sources), terms(pass, &pass.destinations));
        let services = services(pass);
        if sources.len() * destinations.len() > MAX_ENTRIES {
            sources = self.grouped("FROM", pass.family, &pass.sources, sources);
            destinations = self.grouped("TO", pass.family, &pass.destinations, destinations);
        }
        for source in &sources {
            for destination in &destinations {
                let one = |(proto, from, to): &(String, String, String)| {
                    format!("access-list {} extended permit {proto} {source}{from} {destination}{to}", self.name)
                };
                let new: Vec<String> = services.iter().map(one).collect();
                self.entries.extend(new);
            }
        }
    }

    /// One reference to a group in place of several terms.
    fn grouped(&mut self, side: &str, family: Family, members: &[IpNet], terms: Vec<String>) -> Vec<String> {
        if terms.len() < 2 {
            return terms;
        }
        let head = |name: &str| format!("object-group network {name}");
        let mut new: Vec<String> = members.iter().map(|member| format!(" network-object {}", term(member))).collect();
        // Two products of one fix may have the same addresses.
        if let Some(known) = self.same_members(&new) {
            return vec![format!("object-group {known}")];
        }
        let six = if family == Family::V6 { "-V6" } else { "" };
        let names = (1..).map(|n| format!("{side}-{}{six}-{n}", self.name));
        let taken = |name: &String| self.text.contains(&head(name)) || self.groups.contains(&head(name));
        let Some(name) = names.take(1000).find(|name| !taken(name)) else { return terms };
        self.groups.push(head(&name));
        self.groups.append(&mut new);
        vec![format!("object-group {name}")]
    }

    /// The group of this fix that has just these members.
    fn same_members(&self, members: &[String]) -> Option<String> {
        let name = |line: &String| line.strip_prefix("object-group network ").map(str::to_owned);
        let lines = || self.groups.iter();
        lines().enumerate().find_map(|(at, line)| {
            let named = name(line)?;
            let mine = lines().skip(at + 1).take_while(|l| name(l).is_none());
            mine.eq(members).then_some(named)
        })
    }
}

/// Protocol, source port and destination port of each entry.
fn services(pass: &Pass) -> Vec<(String, String, String)> {
    let proto = pass.proto_name().map_or_else(|| "ip".to_owned(), |p| p.replace("ipv6-icmp", "icmp6"));
    if matches!(pass.proto, Some(1 | 58)) && !pass.icmp.is_empty() {
        let types = pass.icmp.iter().map(|value| format!(" {}", value >> 8));
        return types.map(|kind| (proto.clone(), String::new(), kind)).collect();
    }
    let mut all = Vec::new();
    for from in crate::fix::asa::port_terms(pass, &pass.source_ports) {
        all.extend(
            crate::fix::asa::port_terms(pass, &pass.ports).into_iter().map(|to| (proto.clone(), from.clone(), to)),
        );
    }
    all
}
