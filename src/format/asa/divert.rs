//! What may stop or divert a flow besides access lists, and what inspection does to DNS.

use super::config::Config;
use super::line::Statement;
use super::lower::{Plan, any_item, entering, selected, unknown};
use super::service::Item;
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding, Severity};
use crate::policy::{Action, Denial, Match, Rule};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashSet;

/// May a command with this first word stop or divert transit traffic?
pub fn may_divert(word: &str) -> bool {
    matches!(word, "shun" | "wccp" | "aaa" | "filter" | "nat-control" | "conduit" | "outbound" | "apply")
}

/// The rules of everything that may stop or divert.
pub fn rules<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<Rule> {
    let mut diverter = Diverter { plan, family, sink, rules: Vec::new() };
    let active = active_classes(plan.config);
    for statement in &plan.config.others {
        diverter.statement(statement, &active);
    }
    for (_, line) in plan.config.nat.iter().filter(|(_, line)| line.starts_with("static ")) {
        diverter.old_static(line);
    }
    for door in plan.doors {
        if let Some(map) = door.policy_route {
            let packets = entering(family, &plan.interfaces.matching(door.name), &any_item());
            diverter.unknown(packets, format!("the route map `{map}` may choose another way out"), map);
        }
    }
    diverter.rules
}

/// Says that such commands are there, and what service policies inspect. True: ICMP is inspected.
pub fn announce<'a>(config: &Config<'a>, sink: &mut Sink<'a>) -> bool {
    let applied = applied_policies(config);
    let mut icmp = false;
    for statement in &config.others {
        let mut words = Words::new(statement.head);
        if words.next().is_some_and(may_divert) && stops_transit(statement) {
            let message = format!("`{}` may stop or divert flows", short(statement.head));
            let span = sink.input.span(statement.head);
            let finding = Finding { severity: Severity::Warning, ..Finding::new(Code::Tolerated, message) };
            sink.find(finding.at(span, "flows that it may touch are undecided"));
        }
        let Some(name) = Words::new(statement.head).nth(1).filter(|n| applied.contains(n)) else { continue };
        if !statement.head.starts_with("policy-map ") {
            continue;
        }
        for line in &statement.subs {
            // `inspect icmp error` translates errors and tracks nothing.
            icmp |= Words::new(line).eq(["inspect", "icmp"]);
            if begins(line, &["inspect", "dns"]) {
                sink.state(format!("dns inspection is on (policy-map {name})"), &[*line]);
            }
        }
    }
    icmp
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
    !head.starts_with("aaa ") || ["match", "include"].iter().any(|w| Words::new(head).nth(2) == Some(w))
}

/// The policy maps that a `service-policy` applies.
fn applied_policies<'a>(config: &Config<'a>) -> HashSet<&'a str> {
    let heads = config.others.iter().map(|s| s.head).filter(|h| h.starts_with("service-policy "));
    heads.filter_map(|h| Words::new(h).nth(1)).collect()
}

/// Classes of applied policies that hand traffic to another engine or drop it, with that line.
fn active_classes<'a>(config: &Config<'a>) -> Vec<(&'a str, &'a str)> {
    let applied = applied_policies(config);
    let mut found = Vec::new();
    for policy in config.others.iter().filter(|s| s.head.starts_with("policy-map ")) {
        if !Words::new(policy.head).nth(1).is_some_and(|n| applied.contains(n)) {
            continue;
        }
        let mut class = "";
        for line in &policy.subs {
            let mut words = Words::new(line);
            match words.next() {
                Some("class") => class = words.next().unwrap_or(""),
                Some("sfr" | "cxsc" | "ips" | "csc" | "drop" | "reset") => found.push((class, *line)),
                Some("inspect") if words.peek() == Some("scansafe") => found.push((class, *line)),
                _ => {}
            }
        }
    }
    found
}

struct Diverter<'d, 'a> {
    plan: &'d Plan<'d, 'a>,
    family: Family,
    sink: &'d Sink<'a>,
    rules: Vec<Rule>,
}

impl<'a> Diverter<'_, 'a> {
    fn unknown(&mut self, packets: PacketSet, text: String, line: &str) {
        if !packets.is_empty() {
            self.rules.push(unknown(packets, text, line, self.sink));
        }
    }

    fn statement(&mut self, statement: &Statement<'a>, active: &[(&'a str, &'a str)]) {
        let mut words = Words::new(statement.head);
        match words.next() {
            Some("shun") => self.shun(statement.head, words.next().unwrap_or("")),
            Some("wccp") if statement.head.contains("redirect") && words.peek() == Some("interface") => {
                let interface = words.nth(1).unwrap_or("");
                let web = words.next() == Some("web-cache");
                self.ports_of(interface, if web { Some(80) } else { None }, statement.head, "wccp may divert it");
            }
            Some("aaa") if stops_transit(statement) && words.next() == Some("authentication") => {
                let (acl, interface) = (words.nth(1).unwrap_or(""), words.next().unwrap_or(""));
                let by = self.plan.interfaces.matching(interface);
                let packets = self.selected_by(acl).with(Field::InIface, &by);
                self.unknown(packets, "the user may have to log in first".to_owned(), statement.head);
            }
            Some("filter") => {
                let kind = words.next().unwrap_or("");
                let port = match (kind, words.next()) {
                    ("https", _) => Some(443),
                    (_, Some("except")) => return,
                    (_, Some(port)) => super::names::port(port),
                    _ => None,
                };
                self.ports_of("+", port, statement.head, "a filter server may deny it");
            }
            Some("crypto") if begins(statement.head, &["crypto", "map"]) => self.crypto_map(statement.head),
            Some("conduit" | "outbound" | "apply") => {
                let packets = PacketSet::full(self.family);
                self.unknown(packets, "old rules that are not read may decide about it".to_owned(), statement.head);
            }
            Some("nat-control") if self.plan.config.nat.is_empty() => {
                let packets = PacketSet::full(self.family);
                self.unknown(packets, "without a translation it may be dropped".to_owned(), statement.head);
            }
            Some("class-map") => {
                let name = words.last().unwrap_or("");
                for (_, line) in active.iter().filter(|(class, _)| *class == name) {
                    let packets = self.class(statement);
                    self.unknown(packets, format!("`{}` may stop it", short(line)), line);
                }
            }
            Some("service-policy") => {
                for (_, line) in active.iter().filter(|(class, _)| *class == "class-default") {
                    self.unknown(PacketSet::full(self.family), format!("`{}` may stop it", short(line)), line);
                }
            }
            _ => {}
        }
    }

    /// `static (REAL,MAPPED) MAPPED-ADDRESS ...` before 8.3: what enters by MAPPED for that address goes elsewhere.
    /// The translation is not followed, so where such packets end is left open.
    fn old_static(&mut self, line: &str) {
        let mut words = Words::new(line).skip(1);
        let Some((_, mapped)) = words.next().and_then(|w| w.strip_prefix('(')?.strip_suffix(')')?.split_once(','))
        else {
            return;
        };
        let whole_networks =
            Words::new(line).skip_while(|w| *w != "netmask").nth(1).is_some_and(|m| m != "255.255.255.255");
        let address = words.find(|w| !matches!(*w, "tcp" | "udp"));
        let host = address.and_then(|a| self.plan.config.names.host(a).ok()).filter(|_| !whole_networks);
        let by = self.plan.interfaces.matching(mapped);
        let packets = PacketSet::full(self.family).with(Field::InIface, &by);
        let packets = match host {
            Some(host) => packets.with(Field::Dst, host.of(self.family)),
            None => packets,
        };
        self.unknown(packets, "an old static translation may send it elsewhere".to_owned(), line);
    }

    /// `shun A [B ...]` drops everything from a source.
    fn shun(&mut self, line: &str, source: &str) {
        let Ok(source) = self.plan.config.names.host(source) else { return };
        let cube = Cube::full().with(self.family, Field::Src, source.of(self.family));
        let packets = PacketSet::from_cubes(self.family, cube);
        if !packets.is_empty() {
            let span = self.sink.input.span(line);
            self.rules.push(Rule { matches: Match::exactly(packets), action: Action::Deny(Denial::Silent), span });
        }
    }

    fn ports_of(&mut self, interface: &str, port: Option<u16>, line: &str, text: &str) {
        let mut item = any_item();
        if let Some(port) = port {
            item = Item { dports: IntervalSet::single(port.into()), ..Item::of(IntervalSet::single(6)) };
        }
        let packets = entering(self.family, &self.plan.interfaces.matching(interface), &item);
        self.unknown(packets, text.to_owned(), line);
    }

    fn selected_by(&self, acl: &str) -> PacketSet {
        let rules = self.plan.rules.get(acl);
        rules.map_or_else(|| PacketSet::full(self.family), |r| selected(r.of(self.family), self.family))
    }

    /// `crypto map NAME SEQ match address ACL`, when `crypto map NAME interface IF` is there.
    fn crypto_map(&mut self, line: &'a str) {
        let mut words = Words::new(line);
        let name = words.nth(2).unwrap_or("");
        words.next();
        if !(words.take_if("match") && words.take_if("address")) {
            return;
        }
        let others = self.plan.config.others.iter();
        let bound = others.filter(|s| begins(s.head, &["crypto", "map", name, "interface"]));
        let bound: Vec<&str> = bound.filter_map(|s| Words::new(s.head).nth(4)).collect();
        for interface in bound {
            let out = self.plan.interfaces.matching(interface);
            let packets = self.selected_by(words.peek().unwrap_or("")).with(Field::OutIface, &out);
            self.unknown(packets, format!("the crypto map `{name}` may take it into a tunnel"), line);
        }
    }

    /// What a class selects, as an upper bound.
    fn class(&self, statement: &Statement<'a>) -> PacketSet {
        match statement.subs.as_slice() {
            [line] if begins(line, &["match", "access-list"]) => {
                self.selected_by(Words::new(line).nth(2).unwrap_or(""))
            }
            _ => PacketSet::full(self.family),
        }
    }
}
