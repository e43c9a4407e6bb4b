//! From statements to the parts of a configuration.

use super::acl::Acls;
use super::interface::{self, Interface};
use super::line::Statement;
use super::neutral;
use super::object::Names;
use super::route::{self, Route};
use super::sink::Sink;
use super::words::Words;
use crate::format::Understanding;
use std::collections::HashMap;

/// Where an access list is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// For what enters by an interface.
    In(&'a str),
    /// For what leaves by it.
    Out(&'a str),
    /// After the list of the interface.
    Global,
}

/// An `access-group` line.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// The access list.
    pub acl: &'a str,
    /// Where.
    pub place: Place<'a>,
    /// The line.
    pub line: &'a str,
}

/// The parts of a configuration.
#[derive(Default)]
pub struct Config<'a> {
    /// Objects, groups and aliases.
    pub names: Names<'a>,
    /// Named interfaces, in order.
    pub interfaces: Vec<Interface<'a>>,
    /// Static routes.
    pub routes: Vec<Route<'a>>,
    /// Access lists.
    pub acls: Acls<'a>,
    /// Where they are bound.
    pub bindings: Vec<Binding<'a>>,
    /// `time-range` blocks by name.
    pub time_ranges: HashMap<&'a str, Statement<'a>>,
    /// `nat` and `static` lines, those below objects with the object's name.
    pub nat: Vec<(Option<&'a str>, &'a str)>,
    /// `class-map`, `policy-map`, `route-map` and `crypto map` statements and others that may divert.
    pub others: Vec<Statement<'a>>,
    /// May traffic pass between interfaces of equal level?
    pub inter_interface: bool,
    /// May traffic leave by the interface by which it entered?
    pub intra_interface: bool,
    /// Major and minor version with the product, of `ASA Version 9.8(4)`.
    pub version: Option<(&'a str, u32, u32)>,
}

impl<'a> Config<'a> {
    /// Sorts the statements of a text.
    pub fn read(statements: Vec<Statement<'a>>, sink: &mut Sink<'a>) -> Config<'a> {
        let mut config = Config::default();
        let mut later = Vec::new();
        for statement in statements {
            if statement.gone {
                continue;
            }
            if config.names.define(&statement, sink) {
                let name = Words::new(statement.head).nth(2);
                let nats = statement.subs.iter().filter(|l| l.starts_with("nat "));
                config.nat.extend(nats.map(|line| (name, *line)));
            } else {
                later.push(statement);
            }
        }
        for statement in later {
            config.take(statement, sink);
        }
        config.names.own = config.interfaces.iter().map(|i| (i.name, i.own.clone())).collect();
        config
    }

    /// Is it older than a version? `None` when the text does not say its version.
    pub fn older_than(&self, major: u32, minor: u32) -> bool {
        self.version.is_some_and(|(_, mine, minor_mine)| (mine, minor_mine) < (major, minor))
    }

    /// The interface of a name.
    pub fn interface(&self, name: &str) -> Option<&Interface<'a>> {
        self.interfaces.iter().find(|i| i.name == name)
    }

    fn take(&mut self, statement: Statement<'a>, sink: &mut Sink<'a>) {
        let head = statement.head;
        let mut words = Words::new(head);
        let first = words.next().unwrap_or("");
        let exact = |sink: &mut Sink<'a>| {
            sink.line(head, Understanding::Exact, || Words::new(head).collect::<Vec<_>>().join(" "));
        };
        match first {
            "interface" => {
                if let Some(interface) = interface::block(&statement, &self.names, sink) {
                    self.interfaces.push(interface);
                }
                return;
            }
            "access-list" => return self.acls.push(&statement, false, sink),
            "ipv6" if words.peek() == Some("access-list") => return self.acls.push(&statement, true, sink),
            "access-group" => return self.access_group(head, words, sink),
            "route" | "ipv6" if first == "route" || words.take_if("route") => {
                match route::route(head, words, &self.names) {
                    Some(route) => {
                        self.routes.push(route);
                        exact(sink);
                    }
                    None => reject(head, sink),
                }
                return;
            }
            "nameif" if words.count() >= 3 => return self.old_nameif(head, words, sink),
            "ip" if words.peek() == Some("address") => return self.old_address(head, words, sink),
            "nat" | "static" => {
                self.nat.push((None, head));
                return;
            }
            "same-security-traffic" => {
                self.inter_interface |= head.ends_with("inter-interface");
                self.intra_interface |= head.ends_with("intra-interface");
                return exact(sink);
            }
            "time-range" => {
                exact(sink);
                if let Some(name) = words.next() {
                    self.time_ranges.insert(name, statement);
                }
                return;
            }
            "ASA" | "PIX" | "FWSM" | "NGFW" => self.version = version(first, words).or(self.version),
            _ => {}
        }
        self.set_aside(first, statement, sink);
    }

    fn set_aside(&mut self, first: &'a str, statement: Statement<'a>, sink: &mut Sink<'a>) {
        let diverting = super::divert::may_divert(first);
        if !diverting && !neutral::is_neutral(first) {
            sink.unknown_command(first, statement.head);
        }
        for line in std::iter::once(&statement.head).chain(&statement.subs) {
            let meaning = if diverting { "looked at as a whole" } else { "no effect on transit" };
            sink.line(line, Understanding::Neutral, || meaning.to_owned());
        }
        if diverting || matches!(first, "class-map" | "policy-map" | "service-policy" | "route-map" | "crypto") {
            self.others.push(statement);
        }
    }

    fn access_group(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let acl = words.next().unwrap_or("");
        let place = match words.next() {
            Some("global") => Some(Place::Global),
            Some(direction @ ("in" | "out")) if words.take_if("interface") => words
                .next()
                .map(|interface| if direction == "in" { Place::In(interface) } else { Place::Out(interface) }),
            _ => None,
        };
        let Some(place) = place else { return reject(line, sink) };
        if words.take_if("control-plane") {
            sink.line(line, Understanding::Neutral, || "only for traffic to the firewall itself".to_owned());
            return;
        }
        sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" "));
        self.bindings.push(Binding { acl, place, line });
    }

    /// PIX 6: `nameif ethernet0 outside security0`.
    fn old_nameif(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        words.next();
        let name = words.next().unwrap_or("");
        let level = words.next().and_then(|w| w.strip_prefix("security").unwrap_or(w).parse().ok());
        self.interfaces.push(Interface { level, level_line: line, ..Interface::named(name) });
        sink.line(line, Understanding::Exact, || format!("interface {name}"));
    }

    /// PIX 6: `ip address outside 192.0.2.1 255.255.255.0`.
    fn old_address(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        words.next();
        let name = words.next().unwrap_or("");
        let interface = self.interfaces.iter_mut().find(|i| i.name == name);
        match interface.and_then(|i| interface::ip_address(i, line, words, &self.names)) {
            Some(()) => sink.line(line, Understanding::Exact, || format!("address of {name}")),
            None => sink.line(line, Understanding::Neutral, || "no address of a named interface".to_owned()),
        }
    }
}

/// Counts a line that is not understood and says so.
pub fn reject<'a>(line: &'a str, sink: &mut Sink<'a>) {
    use crate::finding::{Code, Finding};
    let message = format!("`{}` is not understood", Words::new(line).take(3).collect::<Vec<_>>().join(" "));
    let span = sink.input.span(line);
    sink.find(Finding::new(Code::UnknownLine, message).at(span, "passed over"));
    sink.line(line, Understanding::Rejected, || "not understood".to_owned());
}

fn version<'a>(product: &'a str, mut words: Words<'a>) -> Option<(&'a str, u32, u32)> {
    let (major, rest) = words.nth(1)?.split_once('.')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((product, major.parse().ok()?, rest.get(..digits)?.parse().ok()?))
}
