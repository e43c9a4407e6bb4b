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
    /// Does the list of a user take its place (`per-user-override`)?
    pub overridden: bool,
    /// The line.
    pub line: &'a str,
}

/// Product, major and minor version and maintenance release, of `ASA Version 9.8(4)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// `ASA`, `PIX`, `FWSM` or `NGFW`.
    pub product: &'a str,
    /// `(9, 8, 4)`.
    pub number: (u32, u32, u32),
}

/// The parts of a configuration.
#[derive(Default)]
pub struct Config<'a> {
    /// Objects, groups and aliases.
    pub names: Names<'a>,
    /// Named interfaces, in order, and the routed sides of bridge groups.
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
    /// Other lines of translation from before 8.3: `global`, `alias`, `nat-control`.
    pub old: Vec<&'a str>,
    /// What a PIX lets in from lower levels.
    pub conduits: Vec<&'a str>,
    /// Routing processes, whose routes are not in the text.
    pub routers: Vec<&'a str>,
    /// `class-map`, `policy-map`, `route-map` and `crypto map` statements and others that may divert.
    pub others: Vec<Statement<'a>>,
    /// May traffic pass between interfaces of equal level?
    pub inter_interface: bool,
    /// May traffic leave by the interface by which it entered?
    pub intra_interface: bool,
    /// The line that says that frames are bridged and not routed.
    pub transparent: Option<&'a str>,
    /// The line by which traffic out of tunnels is shown to the access lists of interfaces.
    pub filters_vpn: Option<&'a str>,
    /// The last line that says how long entries of UDP are kept.
    pub timeout: Option<&'a str>,
    /// What the text is of.
    pub version: Option<Version<'a>>,
}

impl<'a> Config<'a> {
    /// Sorts the statements of a text.
    pub fn read(statements: Vec<Statement<'a>>, sink: &mut Sink<'a>) -> Config<'a> {
        let mut config = Config::default();
        let mut later: Vec<Statement<'a>> = Vec::new();
        let mut ports: HashMap<&'a str, usize> = HashMap::new();
        for mut statement in statements {
            if statement.gone && statement.until.is_some() && is_list(statement.head) {
                // Entries that came between count their places with it.
                later.push(statement);
            } else if statement.gone {
                config.taken_back(statement.head);
            } else if config.names.define(&statement, sink) {
            } else if let Some(first) = reopened(&statement, &mut ports, later.len()).and_then(|at| later.get_mut(at)) {
                sink.line(statement.head, Understanding::Exact, || "the same interface again".to_owned());
                first.subs.append(&mut statement.subs);
            } else {
                later.push(statement);
            }
        }
        config.nat = config.names.translations();
        for statement in later {
            config.take(statement, sink);
        }
        config.bridge();
        config.names.own = config.interfaces.iter().map(|i| (i.name, i.own.clone())).collect();
        config
    }

    /// Is it older than 8.3 or 9.0? An FWSM always is. A text that does not say its version is, when it translates in
    /// the way of that time.
    pub fn older_than(&self, number: (u32, u32, u32)) -> bool {
        let by_grammar = || {
            let pair = |line: &str| Words::new(line).nth(1).is_some_and(|w| w.contains(','));
            self.old.iter().any(|l| l.starts_with("global "))
                || self.nat.iter().any(|(_, l)| l.starts_with("static ") && pair(l))
        };
        self.version.map_or_else(by_grammar, |v| v.number < number || v.product == "FWSM")
    }

    /// Has a list entries, and not only remarks? The device refuses to bind another one (Cisco ASA firewall CLI
    /// configuration guide 9.1, "Configuring Access Rules").
    pub fn has_entries(&self, acl: &str) -> bool {
        self.acls.get(acl).is_some_and(|acl| acl.entries().next().is_some())
    }

    /// Is it this product?
    pub fn is(&self, product: &str) -> bool {
        self.version.is_some_and(|v| v.product == product)
    }

    /// The interface of a name.
    pub fn interface(&self, name: &str) -> Option<&Interface<'a>> {
        self.interfaces.iter().find(|i| i.name == name)
    }

    /// A default that the text switches off.
    fn taken_back(&mut self, head: &'a str) {
        let mut words = Words::new(head);
        let is_vpn = ["no", "sysopt", "connection"].iter().all(|w| words.take_if(w))
            && matches!(words.next(), Some("permit-vpn" | "permit-ipsec"));
        if is_vpn {
            self.filters_vpn = Some(head);
        }
    }

    /// Members of a bridge group stand in the networks of its routed side.
    fn bridge(&mut self) {
        let sides: Vec<Interface<'a>> = self.interfaces.iter().filter(|i| i.bvi().is_some()).cloned().collect();
        for member in self.interfaces.iter_mut().filter(|i| i.bridge_group.is_some()) {
            for side in sides.iter().filter(|s| s.bvi() == member.bridge_group) {
                member.networks.extend(side.networks.iter().cloned());
                member.has_v6 |= side.has_v6;
            }
        }
    }

    fn take(&mut self, statement: Statement<'a>, sink: &mut Sink<'a>) {
        let head = statement.head;
        let mut words = Words::new(head);
        let first = words.next().unwrap_or("");
        match first {
            "interface" => self.interface_block(&statement, sink),
            "access-list" => self.acls.push(&statement, false, sink),
            "ipv6" if words.peek() == Some("access-list") => self.acls.push(&statement, true, sink),
            "access-group" => self.access_group(head, words, sink),
            "route" | "ipv6" if first == "route" || words.take_if("route") => self.route(head, words, sink),
            "nameif" if words.count() >= 3 => self.old_nameif(head, words, sink),
            "ip" if words.peek() == Some("address") => self.old_address(head, words, sink),
            "nat" | "static" => self.nat.push((None, head)),
            "global" | "alias" | "nat-control" => {
                self.old.push(head);
                exact(head, sink);
            }
            "conduit" => self.conduits.push(head),
            "same-security-traffic" => {
                self.inter_interface |= words.clone().any(|w| w == "inter-interface");
                self.intra_interface |= words.any(|w| w == "intra-interface");
                exact(head, sink);
            }
            "firewall" if words.peek() == Some("transparent") => {
                self.transparent = Some(head);
                exact(head, sink);
            }
            "time-range" => {
                exact(head, sink);
                if let Some(name) = words.next() {
                    self.time_ranges.insert(name, statement);
                }
            }
            _ => {
                match first {
                    "ASA" | "PIX" | "FWSM" | "NGFW" => self.version = version(first, words).or(self.version),
                    "router" | "rip" => self.routers.push(head),
                    "timeout" if words.any(|w| w == "udp") => self.timeout = Some(head),
                    _ => {}
                }
                self.set_aside(first, statement, sink);
            }
        }
    }

    fn interface_block(&mut self, statement: &Statement<'a>, sink: &mut Sink<'a>) {
        let Some(interface) = interface::block(statement, &self.names, sink) else {
            // PIX 6: `interface ethernet2 auto shutdown`, with the name in a line of its own.
            let mut words = Words::new(statement.head).skip(1);
            let port = words.next();
            let named = self.interfaces.iter_mut().filter(|i| Some(i.hardware) == port);
            if words.any(|w| w == "shutdown") {
                named.for_each(|i| i.shutdown = Some(statement.head));
            }
            return;
        };
        self.interfaces.push(interface);
    }

    fn route(&mut self, line: &'a str, words: Words<'a>, sink: &mut Sink<'a>) {
        match route::route(line, words, &self.names) {
            Some(route) => {
                self.routes.push(route);
                exact(line, sink);
            }
            None => reject(line, sink),
        }
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
        if diverting || super::divert::is_looked_at(first) {
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
        let overridden = words.peek() == Some("per-user-override");
        match words.next() {
            Some("control-plane") => {
                sink.line(line, Understanding::Neutral, || "only for traffic to the firewall itself".to_owned());
                return;
            }
            Some("per-user-override") => {
                let text = format!(
                    "a list that a user downloads may take the place of `{acl}` for that user (per-user-override)"
                );
                sink.state(text, &[line]);
            }
            Some(_) => return reject(line, sink),
            None => {}
        }
        exact(line, sink);
        self.bindings.push(Binding { acl, place, overridden, line });
    }

    /// PIX 6: `nameif ethernet0 outside security0`.
    fn old_nameif(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let hardware = words.next().unwrap_or("");
        let name = words.next().unwrap_or("");
        let level = words.next().and_then(|w| w.strip_prefix("security").unwrap_or(w).parse().ok());
        self.interfaces.push(Interface { level, level_line: line, hardware, ..Interface::named(name) });
        exact(line, sink);
    }

    /// PIX 6: `ip address outside 192.0.2.1 255.255.255.0`.
    fn old_address(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        words.next();
        let name = words.next().unwrap_or("");
        let interface = self.interfaces.iter_mut().find(|i| i.name == name);
        match interface.and_then(|i| interface::ip_address(i, line, words, &self.names)) {
            Some(()) => exact(line, sink),
            None => sink.line(line, Understanding::Neutral, || "no address of a named interface".to_owned()),
        }
    }
}

/// Where the block of an interface began that is opened once more; else its place is noted.
fn reopened<'a>(statement: &Statement<'a>, ports: &mut HashMap<&'a str, usize>, place: usize) -> Option<usize> {
    let is_block = statement.head.starts_with("interface ") && !statement.subs.is_empty();
    let first = *ports.entry(if is_block { statement.head } else { return None }).or_insert(place);
    (first != place).then_some(first)
}

fn is_list(line: &str) -> bool {
    line.starts_with("access-list ") || line.starts_with("ipv6 access-list ")
}

fn exact<'a>(line: &'a str, sink: &mut Sink<'a>) {
    sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" "));
}

/// Counts a line that is not understood and says so.
pub fn reject<'a>(line: &'a str, sink: &mut Sink<'a>) {
    use crate::finding::{Code, Finding};
    let message = format!("`{}` is not understood", Words::new(line).take(3).collect::<Vec<_>>().join(" "));
    let span = sink.input.span(line);
    sink.find(Finding::new(Code::UnknownLine, message).at(span, "passed over"));
    sink.line(line, Understanding::Rejected, || "not understood".to_owned());
}

fn version<'a>(product: &'a str, mut words: Words<'a>) -> Option<Version<'a>> {
    let mut numbers = words.nth(1)?.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse().ok());
    let (major, minor) = (numbers.next()??, numbers.next()??);
    Some(Version { product, number: (major, minor, numbers.next().flatten().unwrap_or(0)) })
}
