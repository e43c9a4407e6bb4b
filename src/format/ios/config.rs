//! From statements to the parts of a configuration. Commands apply in their order, as in a script.

use super::acl::{self, Acls};
use super::group::Groups;
use super::interface::{self, Interface};
use super::line::{Statement, is_number};
use super::listing;
use super::neutral;
use super::route::{self, Route};
use super::route_map::Clause;
use super::timer;
use crate::format::Understanding;
use crate::format::asa::line::Statement as Block;
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::space::Family;
use std::collections::{HashMap, HashSet};

/// Among more interfaces than this, each is looked for by its whole name.
const MOST_ABBREVIATED: usize = 1_000;

/// The parts of a configuration.
#[derive(Default)]
pub struct Config<'a> {
    /// Object groups.
    pub groups: Groups<'a>,
    /// Interfaces, in order.
    pub interfaces: Vec<Interface<'a>>,
    /// Static routes.
    pub routes: Vec<Route<'a>>,
    /// Access lists.
    pub acls: Acls<'a>,
    /// `time-range` blocks by name.
    pub time_ranges: HashMap<&'a str, Block<'a>>,
    /// Lines that say how long entries are kept.
    pub timers: Vec<&'a str>,
    /// Translations: `ip nat inside source ...` and their kin.
    pub nat: Vec<&'a str>,
    /// Pools of addresses by name.
    pub pools: HashMap<&'a str, &'a str>,
    /// Route maps by name, in the order of their clauses.
    pub route_maps: HashMap<&'a str, Vec<Clause<'a>>>,
    /// `ip inspect name NAME PROTOCOL` by name.
    pub inspected: HashMap<&'a str, Vec<&'a str>>,
    /// Lists that select what is encrypted, by the name of the crypto map.
    pub crypto_maps: HashMap<&'a str, Vec<&'a str>>,
    /// `zone-pair` lines.
    pub zone_pairs: Vec<&'a str>,
    /// The first line that says a routing protocol runs.
    pub routing: Option<&'a str>,
    /// `vlan filter` lines.
    pub vlan_filters: Vec<&'a str>,
    /// Access lists that other commands use.
    pub used_elsewhere: HashSet<&'a str>,
    interfaces_by_name: HashMap<String, usize>,
}

impl<'a> Config<'a> {
    /// Sorts the statements of a text.
    pub fn read(statements: &[Statement<'a>], sink: &mut Sink<'a>) -> Config<'a> {
        let mut config = Config::default();
        for statement in statements {
            config.take(statement, sink);
        }
        config
    }

    /// The interface of a name.
    pub fn interface(&self, name: &str) -> Option<&Interface<'a>> {
        self.place(name).and_then(|at| self.interfaces.get(at))
    }

    /// The name of an interface as its block has it.
    pub fn whole_name(&self, name: &str) -> String {
        self.interface(name).map_or_else(|| name.to_owned(), |i| i.name.clone())
    }

    /// Where an interface stands, by its name or a beginning of it that fits no other: `Gi0/1`.
    fn place(&self, name: &str) -> Option<usize> {
        if let Some(at) = self.interfaces_by_name.get(&name.to_ascii_lowercase()) {
            return Some(*at);
        }
        if self.interfaces.len() > MOST_ABBREVIATED {
            return None;
        }
        let (kind, number) = name.split_at_checked(name.find(|c: char| c.is_ascii_digit())?)?;
        let fits = |full: &str| {
            let begins = full.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind));
            let letters = full.find(|c: char| c.is_ascii_digit());
            begins && !kind.is_empty() && letters.and_then(|at| full.get(at..)) == Some(number)
        };
        let mut found = self.interfaces.iter().enumerate().filter(|(_, i)| fits(&i.name));
        let first = found.next()?.0;
        found.next().is_none().then_some(first)
    }

    fn take(&mut self, statement: &Statement<'a>, sink: &mut Sink<'a>) {
        let head = statement.head;
        let mut words = Words::new(head);
        if let Some(title) = listing::title(head) {
            return self.acls.listed(statement, title, sink);
        }
        if self.groups.define(statement, sink) {
            return;
        }
        if timer::is_timer(head) {
            self.timers.push(head);
        }
        let first = words.next().unwrap_or("");
        match first {
            "no" | "default" => return self.take_back(statement, words, sink),
            "access-list" => {
                self.acls.numbered(head, sink);
                return statement.subs.iter().for_each(|line| acl::reject(line, "it belongs to no list", sink));
            }
            "interface" => return self.interface_block(statement, words, sink),
            "ip" | "ipv4" if words.take_if("access-list") => return self.list(statement, Family::V4, words, sink),
            "ipv6" if words.take_if("access-list") => return self.list(statement, Family::V6, words, sink),
            "ip" | "ipv6" if words.take_if("route") => return self.route(head, words, None, sink),
            "ip" if words.take_if("nat") => return self.nat(statement, words, sink),
            "ip" | "ipv6" if words.take_if("inspect") => self.inspect(words, head),
            "time-range" => {
                exact(head, sink);
                if let Some(name) = words.next() {
                    self.time_ranges.insert(name, Block { head, subs: statement.subs.clone(), ..Block::default() });
                }
                return;
            }
            "route-map" => self.route_map(statement, words),
            "crypto" => self.crypto(statement, words),
            "zone-pair" => self.zone_pairs.push(head),
            "router" => self.routing = self.routing.or(Some(head)),
            "vlan" if words.take_if("filter") => self.vlan_filters.push(head),
            "vrf" if words.take_if("context") => return self.vrf_context(statement, words, sink),
            _ => {}
        }
        self.set_aside(first, statement, sink);
    }

    fn set_aside(&mut self, first: &'a str, statement: &Statement<'a>, sink: &mut Sink<'a>) {
        if !neutral::is_neutral(first) && !is_number(first) {
            sink.unknown_command(first, statement.head);
        }
        for line in std::iter::once(&statement.head).chain(&statement.subs) {
            self.note_uses(line);
            sink.line(line, Understanding::Neutral, || "no effect on transit by itself".to_owned());
        }
    }

    /// Remembers lists that serve another purpose: `access-class 10 in`, `match access-group name X`, `list 1`.
    fn note_uses(&mut self, line: &'a str) {
        let mut before = "";
        for word in Words::new(line) {
            if matches!(before, "access-class" | "access-group" | "name" | "list" | "address" | "RO" | "RW" | "ACL") {
                self.used_elsewhere.insert(word);
            }
            before = word;
        }
        self.used_elsewhere.insert(before);
    }

    fn list(&mut self, statement: &Statement<'a>, family: Family, mut words: Words<'a>, sink: &mut Sink<'a>) {
        match words.peek() {
            Some("resequence") => {
                words.next();
                match self.acls.resequence(family, words) {
                    Some(()) => exact(statement.head, sink),
                    None => acl::reject(statement.head, "there is no such list, or a number is missing", sink),
                }
            }
            Some("logging" | "log-update" | "persistent" | "fragment" | "helper" | "match-local-traffic") => {
                sink.line(statement.head, Understanding::Neutral, || "no entry".to_owned());
            }
            _ => self.acls.named(statement, family, words, sink),
        }
    }

    fn route(&mut self, line: &'a str, words: Words<'a>, vrf: Option<&'a str>, sink: &mut Sink<'a>) {
        match route::route(line, words, vrf) {
            Some(route) => {
                self.routes.push(route);
                exact(line, sink);
            }
            None => acl::reject(line, "no route can be read from it", sink),
        }
    }

    /// NX-OS: the routes of a table stand below its name.
    fn vrf_context(&mut self, statement: &Statement<'a>, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let vrf = words.next();
        exact(statement.head, sink);
        for line in &statement.subs {
            let mut words = Words::new(line);
            if words.take_when(|w| matches!(w, "ip" | "ipv6")).is_some() && words.take_if("route") {
                self.route(line, words, vrf, sink);
            } else {
                sink.line(line, Understanding::Neutral, || "no effect on transit by itself".to_owned());
            }
        }
    }

    fn interface_block(&mut self, statement: &Statement<'a>, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let name = if words.peek() == Some("range") { None } else { interface::name(&mut words) };
        let Some(name) = name else {
            acl::reject(statement.head, "one interface is expected", sink);
            return statement.subs.iter().for_each(|line| acl::reject(line, "its interface is not known", sink));
        };
        sink.line(statement.head, Understanding::Exact, || format!("interface {name}"));
        let at = self.place(&name).unwrap_or(self.interfaces.len());
        if at == self.interfaces.len() {
            self.interfaces_by_name.insert(name.to_ascii_lowercase(), at);
            self.interfaces.push(Interface::new(name, statement.head));
        }
        if let Some(interface) = self.interfaces.get_mut(at) {
            interface::block(interface, statement, sink);
        }
    }

    /// Translations at the outer level; pools and timers beside them.
    fn nat(&mut self, statement: &Statement<'a>, mut words: Words<'a>, sink: &mut Sink<'a>) {
        match words.next() {
            Some("pool") => {
                if let Some(name) = words.next() {
                    self.pools.insert(name, statement.head);
                }
                exact(statement.head, sink);
                statement.subs.iter().for_each(|line| exact(line, sink));
                // The addresses may stand below, each line a range.
                if let (Some(line), Some(name)) = (statement.subs.first(), Words::new(statement.head).nth(3)) {
                    self.pools.insert(name, line);
                }
            }
            Some("inside" | "outside" | "source") => {
                self.note_uses(statement.head);
                self.nat.push(statement.head);
                exact(statement.head, sink);
            }
            _ => sink.line(statement.head, Understanding::Neutral, || "timers and logs".to_owned()),
        }
    }

    fn inspect(&mut self, mut words: Words<'a>, head: &'a str) {
        if words.take_if("name")
            && let Some(name) = words.next()
        {
            self.inspected.entry(name).or_default().push(head);
        }
    }

    fn route_map(&mut self, statement: &Statement<'a>, mut words: Words<'a>) {
        if let Some(name) = words.next() {
            self.route_maps.entry(name).or_default().push(Clause::read(words, &statement.subs));
        }
    }

    /// `crypto map NAME 10 ipsec-isakmp` with `match address LIST` below.
    fn crypto(&mut self, statement: &Statement<'a>, mut words: Words<'a>) {
        if !words.take_if("map") {
            return;
        }
        let Some(name) = words.next() else { return };
        let lists = self.crypto_maps.entry(name).or_default();
        for line in &statement.subs {
            let mut words = Words::new(line);
            if words.take_if("match") && words.take_if("address") {
                lists.extend(words.next());
            }
        }
    }

    fn take_back(&mut self, statement: &Statement<'a>, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let old = words.rest();
        match words.next().unwrap_or("") {
            "access-list" => self.acls.remove(Family::V4, words),
            "ip" if words.take_if("access-list") => self.acls.remove(Family::V4, words),
            "ipv6" if words.take_if("access-list") => self.acls.remove(Family::V6, words),
            "object-group" => self.groups.remove(words),
            "ip" | "ipv6" if words.take_if("route") => {
                self.routes.retain(|r| !begins_with(r.line, old));
            }
            "ip" if words.take_if("nat") => self.nat.retain(|line| !begins_with(line, old)),
            "time-range" => drop(words.next().map(|name| self.time_ranges.remove(name))),
            "interface" => self.remove_interface(words),
            _ => {}
        }
        sink.line(statement.head, Understanding::Neutral, || format!("takes back `{old}`"));
        statement.subs.iter().for_each(|line| sink.line(line, Understanding::Neutral, || "below it".to_owned()));
    }

    fn remove_interface(&mut self, mut words: Words<'a>) {
        let Some(name) = interface::name(&mut words) else { return };
        let found = self.place(&name).and_then(|at| self.interfaces.get_mut(at));
        if let Some(interface) = found {
            let fresh = Interface::new(name, interface.head);
            *interface = Interface { shutdown: true, ..fresh };
        }
    }
}

fn exact<'a>(line: &'a str, sink: &mut Sink<'a>) {
    sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" "));
}

fn begins_with(line: &str, beginning: &str) -> bool {
    let mut words = Words::new(line);
    Words::new(beginning).all(|w| words.next() == Some(w))
}
