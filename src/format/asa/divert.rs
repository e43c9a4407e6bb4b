//! What may stop or divert a flow besides access lists.

use super::address;
use super::config::Config;
use super::line::Statement;
use super::lower::{Plan, any_item, entering, unknown};
use super::service::Item;
use super::service_policy::{self, Act, of_list};
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding, MOST_TOLD, Severity};
use crate::policy::{Action, Denial, Match, Rule};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashMap;

/// May a command with this first word stop or divert transit traffic?
pub fn may_divert(word: &str) -> bool {
    matches!(word, "shun" | "wccp" | "aaa" | "filter" | "outbound" | "apply")
}

/// Commands without effect of their own that others refer to.
pub fn is_looked_at(word: &str) -> bool {
    matches!(
        word,
        "class-map"
            | "policy-map"
            | "service-policy"
            | "route-map"
            | "crypto"
            | "webvpn"
            | "tunnel-group"
            | "group-policy"
            | "username"
            | "ip"
            | "ipv6"
    )
}

/// The rules of everything that may stop or divert.
pub fn rules<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<Rule> {
    let mut diverter = Diverter { plan, family, sink, crypto: bound_crypto(plan.config), rules: Vec::new() };
    plan.config.others.iter().for_each(|statement| diverter.statement(statement));
    service_policy::acts(plan.config).iter().for_each(|act| diverter.act(act));
    diverter.rules
}

/// Says which such commands are there, each once. A thousand tunnels have a thousand crypto maps: many of one severity
/// are counted.
pub fn announce<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    let (warnings, notes): (Vec<Finding>, Vec<Finding>) =
        announced(config, sink).into_iter().partition(|finding| finding.severity == Severity::Warning);
    for mut told in [warnings, notes] {
        let counted = told.split_off(told.len().min(MOST_TOLD));
        told.into_iter().for_each(|finding| sink.find(finding));
        if let Some(first) = counted.first() {
            let all = Finding::counted(first.code, counted.len(), counted.iter().filter_map(Finding::span));
            sink.find(Finding { severity: first.severity, ..all });
        }
    }
}

fn announced<'a>(config: &Config<'a>, sink: &Sink<'a>) -> Vec<Finding> {
    let bound = bound_crypto(config);
    let mut all = Vec::new();
    for statement in &config.others {
        let mut words = Words::new(statement.head);
        if words.next().is_some_and(may_divert) && stops_transit(statement) {
            all.push(found(statement.head, Severity::Warning, "flows that it may touch are undecided", sink));
        }
        let is_map = begins(statement.head, &["crypto", "map"]) && begins_match(statement.head);
        if is_map && Words::new(statement.head).nth(2).is_some_and(|name| bound.contains_key(name)) {
            all.push(found(statement.head, Severity::Note, "flows that it selects are undecided", sink));
        }
    }
    for act in service_policy::acts(config) {
        if let Some(label) = effect(act.line) {
            let severity = if label == BYPASS { Severity::Note } else { Severity::Warning };
            all.push(found(act.line, severity, label, sink));
        }
    }
    all
}

const BYPASS: &str = "packets of the class pass without a check of their TCP state";

/// What an action of a class may do to the class, besides inspection.
fn effect(line: &str) -> Option<&'static str> {
    let mut words = Words::new(line);
    match words.next()? {
        // A copy of the packets is looked at, and the packets pass.
        "sfr" | "cxsc" | "ips" if words.any(|w| matches!(w, "monitor-only" | "promiscuous")) => None,
        "sfr" | "cxsc" | "ips" | "csc" => Some("another engine may stop what the class selects"),
        "drop" | "reset" => Some("what the class selects is dropped"),
        "inspect" if words.peek() == Some("scansafe") => Some("a web proxy takes what the class selects"),
        "police" => None,
        "set" if words.any(|w| w == "tcp-state-bypass") => Some(BYPASS),
        _ => None,
    }
}

fn found(line: &str, severity: Severity, label: &str, sink: &Sink<'_>) -> Finding {
    let what = if label == BYPASS { "takes TCP flows out of the connection check" } else { "may stop or divert flows" };
    let finding = Finding::new(Code::MayDivert, format!("`{}` {what}", short(line)));
    Finding { severity, ..finding }.at(sink.input.span(line), label)
}

/// The first line of a VPN that ends at the device.
pub fn ends_tunnels<'a>(config: &Config<'a>) -> Option<&'a str> {
    let is_vpn = |s: &&Statement<'_>| {
        let mut words = Words::new(s.head);
        match words.next() {
            Some("tunnel-group") => true,
            Some("crypto") => words.next() == Some("map") && words.nth(1) == Some("interface"),
            _ => false,
        }
    };
    config.others.iter().find(is_vpn).map(|s| s.head)
}

/// What the clauses of a route map may send another way, as an upper bound.
pub fn routed_by(plan: &Plan<'_, '_>, map: &str, family: Family) -> PacketSet {
    let clauses = plan.config.others.iter().filter(|s| begins(s.head, &["route-map", map]));
    let mut clauses = clauses.filter(|s| Words::new(s.head).nth(2) != Some("deny")).peekable();
    if clauses.peek().is_none() {
        return PacketSet::full(family);
    }
    let mut all = PacketSet::empty(family);
    for clause in clauses {
        let lists: Vec<&str> = clause.subs.iter().filter(|l| begins(l, &["match", "ip", "address"])).copied().collect();
        let names = lists.iter().flat_map(|l| Words::new(l).skip(3));
        let part = names.map(|name| of_list(plan, name, family)).reduce(|a, b| a.union(&b));
        all.add_all(&part.unwrap_or_else(|| PacketSet::full(family)));
    }
    all
}

fn short(line: &str) -> String {
    Words::new(line).take(4).collect::<Vec<_>>().join(" ")
}

fn begins(line: &str, words: &[&str]) -> bool {
    let mut mine = Words::new(line);
    words.iter().all(|w| mine.next() == Some(w))
}

fn stops_transit(statement: &Statement<'_>) -> bool {
    let head = statement.head;
    match Words::new(head).next() {
        Some("aaa") => {
            let (what, how) = (Words::new(head).nth(1), Words::new(head).nth(2));
            matches!((what, how), (Some("authentication" | "authorization"), Some("match" | "include")))
        }
        // A list of `outbound` does nothing until it is applied; a service group of WCCP until it redirects.
        Some("outbound") => false,
        Some("wccp") => head.contains("redirect in") || head.contains("redirect out"),
        Some("filter") => Words::new(head).nth(2) != Some("except"),
        _ => true,
    }
}

fn begins_match(head: &str) -> bool {
    let mut words = Words::new(head).skip(4);
    words.next() == Some("match") && words.next() == Some("address")
}

/// The interfaces that crypto maps are bound to, by name.
fn bound_crypto<'a>(config: &Config<'a>) -> HashMap<&'a str, Vec<&'a str>> {
    let mut bound: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
    for statement in config.others.iter().filter(|s| begins(s.head, &["crypto", "map"])) {
        let mut words = Words::new(statement.head).skip(2);
        if let (Some(name), Some("interface"), Some(door)) = (words.next(), words.next(), words.next()) {
            bound.entry(name).or_default().push(door);
        }
    }
    bound
}

struct Diverter<'d, 'a> {
    plan: &'d Plan<'d, 'a>,
    family: Family,
    sink: &'d Sink<'a>,
    /// The interfaces of crypto maps.
    crypto: HashMap<&'a str, Vec<&'a str>>,
    rules: Vec<Rule>,
}

impl<'a> Diverter<'_, 'a> {
    fn unknown(&mut self, packets: PacketSet, text: String, line: &str) {
        if !packets.is_empty() {
            self.rules.push(unknown(packets, text, line, self.sink));
        }
    }

    fn statement(&mut self, statement: &Statement<'a>) {
        let head = statement.head;
        let mut words = Words::new(head);
        match words.next() {
            Some("shun") => self.shun(head, words),
            Some("wccp") if words.peek() == Some("interface") && stops_transit(statement) => {
                let (interface, service) = (words.nth(1).unwrap_or(""), words.next().unwrap_or(""));
                let item = if service == "web-cache" { of_tcp(80) } else { any_item() };
                let entering = entering(self.family, &self.plan.interfaces.matching(interface), &item);
                let packets = match self.redirect_list(service) {
                    Some(list) => of_list(self.plan, list, self.family).intersect(&entering),
                    None => entering,
                };
                self.unknown(packets, "wccp may divert it".to_owned(), head);
            }
            Some("aaa") if stops_transit(statement) => {
                let (by_list, acl) = (words.nth(1) == Some("match"), words.next().unwrap_or(""));
                let by =
                    words.next().map_or(IntervalSet::range(0, u32::MAX.into()), |i| self.plan.interfaces.matching(i));
                let packets = if by_list {
                    of_list(self.plan, acl, self.family).with(Field::InIface, &by)
                } else {
                    PacketSet::full(self.family)
                };
                self.unknown(packets, "the user may have to log in first".to_owned(), head);
            }
            Some("filter") if stops_transit(statement) => {
                words.next();
                let port = words.next().and_then(super::names::port);
                let ends = [Field::Src, Field::Dst].map(|field| (field, self.filtered(&mut words)));
                let item = port.map_or_else(any_item, of_tcp);
                let cube = item.within(Cube::full(), self.family);
                let within = |cube: Cube, (field, set): &(Field, IntervalSet)| cube.with(self.family, *field, set);
                let cube = cube.and_then(|cube| ends.iter().try_fold(cube, within));
                let packets = PacketSet::from_cubes(self.family, cube);
                self.unknown(packets, "a filter server may deny it".to_owned(), head);
            }
            Some("crypto") if begins(head, &["crypto", "map"]) && begins_match(head) => self.crypto_map(head),
            Some("apply") => {
                let by = words.next().map_or("", |w| w.trim_matches(['(', ')']));
                let packets = entering(self.family, &self.plan.interfaces.matching(by), &any_item());
                self.unknown(packets, "old outbound lists, which are not read, decide about it".to_owned(), head);
            }
            _ => {}
        }
    }

    /// What a class of an applied policy does beside inspection. `tcp-state-bypass` stops nothing.
    fn act(&mut self, act: &Act<'a>) {
        let Some(label) = effect(act.line).filter(|label| *label != BYPASS) else { return };
        let packets = service_policy::packets(self.plan, act, self.family);
        self.unknown(packets, format!("`{}`: {label}", short(act.line)), act.line);
    }

    /// `shun A [B ...]` drops everything from A; the rest says which connection ends at once (Cisco ASA command
    /// reference, `shun`).
    fn shun(&mut self, line: &str, mut words: Words<'a>) {
        let Some(Ok(source)) = words.next().map(|w| self.plan.config.names.host(w)) else { return };
        let cube = Cube::full().with(self.family, Field::Src, source.of(self.family));
        let packets = PacketSet::from_cubes(self.family, cube);
        if !packets.is_empty() {
            let span = self.sink.input.span(line);
            self.rules.push(Rule { matches: Match::exactly(packets), action: Action::Deny(Denial::Silent), span });
        }
    }

    /// The list of `wccp SERVICE redirect-list LIST`.
    fn redirect_list(&self, service: &str) -> Option<&'a str> {
        let heads = self.plan.config.others.iter().map(|s| s.head);
        let mut of_service = heads.filter(|head| begins(head, &["wccp", service]));
        of_service.find_map(|head| Words::new(head).skip_while(|w| *w != "redirect-list").nth(1))
    }

    /// An address with its netmask, as `filter` has them; all addresses where they cannot be read.
    fn filtered(&self, words: &mut Words<'a>) -> IntervalSet {
        let names = &self.plan.config.names;
        let number = |word: &str| if word == "0" { Some(0) } else { address::v4(names.alias(word).unwrap_or(word)) };
        let pair = words.next().and_then(number).zip(words.next().and_then(number));
        let found = pair.filter(|_| self.family == Family::V4);
        let network = found.and_then(|(network, mask)| address::masked(network & mask, mask).ok());
        network.unwrap_or_else(|| address::all(self.family))
    }

    /// `crypto map NAME SEQ match address ACL`, when `crypto map NAME interface IF` is there.
    fn crypto_map(&mut self, line: &'a str) {
        let name = Words::new(line).nth(2).unwrap_or("");
        let list = Words::new(line).nth(6).unwrap_or("");
        for interface in self.crypto.get(name).cloned().unwrap_or_default() {
            let out = self.plan.interfaces.matching(interface);
            let packets = of_list(self.plan, list, self.family).with(Field::OutIface, &out);
            self.unknown(packets, format!("the crypto map `{name}` may take it into a tunnel"), line);
        }
    }
}

/// Everything over TCP to a port.
fn of_tcp(port: u16) -> Item {
    Item { dports: IntervalSet::single(port.into()), ..Item::of(IntervalSet::single(6)) }
}
