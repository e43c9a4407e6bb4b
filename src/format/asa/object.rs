//! Objects, object groups and aliases: one namespace, resolved once for each name.

use super::address::Addresses;
use super::definition::Definition;
use super::line::Statement;
use super::members::{Parts, service_object};
use super::service::{self, Item};
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding};
use crate::format::{MAX_DEPTH, Understanding};
use crate::policy::Condition;
use crate::space::IntervalSet;
use std::collections::HashMap;

/// What is known of a set, and why it may hold more.
#[derive(Debug, Clone)]
pub struct Known<T> {
    /// Surely in it.
    pub sure: T,
    /// Not empty: anything else may be in it too.
    pub doubts: Vec<Condition>,
}

impl<T> Known<T> {
    /// Without doubts.
    pub fn sure(sure: T) -> Known<T> {
        Known { sure, doubts: Vec::new() }
    }
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Meaning {
    /// Addresses.
    Network(Known<Addresses>),
    /// Protocols with ports. `ports` are the destination ports of a typed group, which may also stand as source ports.
    Service {
        /// The services.
        items: Known<Vec<Item>>,
        /// Set for groups of one protocol and for `tcp-udp`.
        ports: Option<IntervalSet>,
    },
    /// Protocols.
    Protocol(Known<IntervalSet>),
    /// ICMP types.
    Icmp(Known<IntervalSet>),
    /// Users or security groups.
    User,
    /// The name is not defined.
    Undefined,
}

/// All names of a configuration.
#[derive(Default)]
pub struct Names<'a> {
    definitions: HashMap<&'a str, Definition<'a>>,
    order: Vec<&'a str>,
    aliases: HashMap<&'a str, &'a str>,
    done: HashMap<&'a str, Meaning>,
    open: Vec<&'a str>,
    /// The interfaces' own addresses, for `interface NAME`.
    pub own: HashMap<&'a str, Addresses>,
}

impl<'a> Names<'a> {
    /// Takes a definition; `false` when the statement is none.
    pub fn define(&mut self, statement: &Statement<'a>, sink: &mut Sink<'a>) -> bool {
        let mut words = Words::new(statement.head);
        let first = words.next().unwrap_or("");
        if !matches!(first, "name" | "object" | "object-group") {
            return false;
        }
        let kind = words.next().unwrap_or("");
        let name = words.next();
        match (first, name) {
            ("name", Some(alias)) => {
                self.aliases.insert(alias, kind);
                sink.line(statement.head, Understanding::Exact, || format!("`{alias}` is {kind}"));
                true
            }
            ("object" | "object-group", Some(name)) if is_kind(kind) => {
                sink.line(statement.head, Understanding::Exact, || format!("{first} {kind} {name}"));
                let order = &mut self.order;
                let definition = self.definitions.entry(name).or_insert_with(|| {
                    order.push(name);
                    Definition::new(name, kind, first != "object", words.next())
                });
                statement.subs.iter().for_each(|line| definition.take(line, sink));
                true
            }
            _ => false,
        }
    }

    /// The `nat` lines below objects, with the names of the objects.
    pub fn translations(&self) -> Vec<(Option<&'a str>, &'a str)> {
        let definitions = self.order.iter().filter_map(|name| Some((*name, self.definitions.get(name)?)));
        definitions.flat_map(|(name, d)| d.translations.iter().map(move |line| (Some(name), *line))).collect()
    }

    /// Resolves every name, so that each line of each definition is counted.
    pub fn resolve_all(&mut self, sink: &mut Sink<'a>) {
        for name in self.order.clone() {
            self.resolve(name, sink);
        }
    }

    /// The address that an alias stands for.
    pub fn alias(&self, word: &str) -> Option<&'a str> {
        self.aliases.get(word).copied()
    }

    /// What a name stands for, which has been resolved. An undefined one is found once, where it is used.
    pub fn meaning(&self, name: &'a str, sink: &mut Sink<'a>) -> &Meaning {
        if let Some(done) = self.done.get(name) {
            return done;
        }
        if !self.definitions.contains_key(name) {
            let message = format!("`{name}` is not defined");
            sink.find_once(Code::UndefinedName, name, message, "used here");
        }
        &Meaning::Undefined
    }

    /// What a name stands for, if it has been resolved.
    pub fn known(&self, name: &str) -> Option<&Meaning> {
        self.done.get(name)
    }

    /// Resolves a name with all that it refers to. One that contains itself stays without a meaning while it is read.
    fn resolve(&mut self, name: &'a str, sink: &mut Sink<'a>) {
        if self.done.contains_key(name) {
            return;
        }
        let Some(definition) = self.definitions.get_mut(name) else { return };
        if self.open.contains(&name) || self.open.len() > MAX_DEPTH {
            sink.find_once(Code::ChainLoop, name, format!("the group `{name}` contains itself"), "by this member");
            return;
        }
        let lines = std::mem::take(&mut definition.lines);
        let shape =
            Shape { kind: definition.kind, typed: definition.typed, group: definition.group, name: definition.head };
        self.open.push(name);
        let meaning = self.read(&shape, &lines, sink);
        self.open.pop();
        self.done.insert(name, meaning);
    }

    fn read(&mut self, shape: &Shape<'a>, lines: &[&'a str], sink: &mut Sink<'a>) -> Meaning {
        let mut parts = Parts::default();
        for line in lines.iter().filter(|l| !l.is_empty()) {
            if let Some(name) = referred(shape.kind, line) {
                self.resolve(name, sink);
            }
            let before = parts.doubts.len();
            match self.member(shape, line, &mut parts, sink) {
                Ok(()) if parts.doubts.len() > before => {
                    let why = parts.doubts.last().map(|d| d.text.clone()).unwrap_or_default();
                    sink.line(line, Understanding::Opaque, || why);
                }
                Ok(()) => sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" ")),
                Err(why) => {
                    parts.members += 1;
                    parts.doubts.push(sink.condition(why.clone(), line));
                    let finding = Finding::new(
                        Code::UnknownLine,
                        format!("a member of `{}` is not understood: {why}", shape.name),
                    );
                    sink.find(finding.at(sink.input.span(line), "may stand for anything"));
                    sink.line(line, Understanding::Rejected, || why);
                }
            }
        }
        if parts.members == 0 {
            let what = if shape.group { "group" } else { "object" };
            let message = format!("the {what} `{}` has no members", shape.name);
            sink.find_once(Code::EmptyGroup, shape.name, message.clone(), "defined here");
            parts.doubts.push(sink.condition(message, shape.name));
        }
        parts.into_meaning(shape.kind, shape.typed.is_some())
    }

    /// Adds what a member stands for; the name that it refers to has been resolved.
    fn member(&self, shape: &Shape<'a>, line: &'a str, parts: &mut Parts, sink: &mut Sink<'a>) -> Result<(), String> {
        let mut words = Words::new(without_comment(line));
        let first = words.next().unwrap_or("");
        parts.members += 1;
        if matches!((shape.kind, first), ("network", "network-object" | "subnet"))
            && let Some((why, _)) = self.wildcard(words, sink)
        {
            parts.doubts.push(why);
            return Ok(());
        }
        match (shape.kind, first) {
            ("user" | "security", _) => Ok(()),
            (_, "group-object") => {
                let name = words.next().ok_or("a name is missing")?;
                parts.include(self.meaning(name, sink), name, sink)
            }
            ("network", "network-object") => {
                let known = self.address(&mut words, sink)?;
                parts.network(&known);
                Ok(())
            }
            ("network", "host" | "subnet" | "range" | "fqdn") => {
                let known = self.object_address(first, &mut words, sink)?;
                parts.network(&known);
                Ok(())
            }
            ("service", "service-object") if words.peek() == Some("object") => {
                let name = words.nth(1).ok_or("a name is missing")?;
                parts.include(self.meaning(name, sink), name, sink)
            }
            ("service", "service-object" | "service") => {
                parts.items.push(service_object(&mut words)?);
                Ok(())
            }
            ("service", "port-object") => {
                let protos = shape.typed.and_then(service::protocols).unwrap_or_else(service::tcp_udp);
                parts.items.push(Item { dports: service::ports(&mut words)?, ..Item::of(protos) });
                Ok(())
            }
            ("protocol", "protocol-object") => {
                let word = words.next().unwrap_or("");
                let protos = service::protocols(word).ok_or_else(|| format!("`{word}` is no protocol"))?;
                parts.values = parts.values.union(&protos);
                Ok(())
            }
            ("icmp-type", "icmp-object") => {
                parts.values = parts.values.union(&service::icmp(&mut words, false)?);
                Ok(())
            }
            _ => Err(format!("`{first}` is not known here")),
        }
    }
}

/// The name that a member of a definition of this kind refers to, if it does.
fn referred<'a>(kind: &str, line: &'a str) -> Option<&'a str> {
    let mut words = Words::new(without_comment(line));
    match (kind, words.next()?) {
        ("user" | "security", _) => None,
        (_, "group-object") => words.next(),
        ("network", "network-object") => {
            words.take_when(|w| matches!(w, "object" | "object-group"))?;
            words.next()
        }
        ("service", "service-object") if words.take_if("object") => words.next(),
        _ => None,
    }
}

struct Shape<'a> {
    kind: &'a str,
    typed: Option<&'a str>,
    group: bool,
    name: &'a str,
}

fn is_kind(word: &str) -> bool {
    matches!(word, "network" | "service" | "protocol" | "icmp-type" | "user" | "security")
}

/// What a comment at the end of a member leaves.
fn without_comment(line: &str) -> &str {
    // Nearly no line has one, and a byte is found sooner than a word.
    match memchr::memchr(b'!', line.as_bytes()) {
        Some(_) => line.split_once(" !").map_or(line, |(member, _)| member),
        None => line,
    }
}
