//! What lets answers pass a list that would deny them: reflexive lists and inspection.
//!
//! Both remember a connection when its first packet passes. That memory is a bit of the connection's mark.

use super::config::Config;
use super::entry::Effect;
use super::interface::{Inspection, Interface, Way};
use super::lower::{Lists, Lowering};
use super::names;
use crate::finding::Code;
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::policy::{Action, ChainEnd, Condition, MarkChange, MarkKind, MarkTest, Match, Rule};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashSet;

/// The bit of inspected connections; reflexive lists have the others.
const INSPECTED: u32 = 1 << 31;
/// The most reflexive lists that are told apart.
const MAX_NAMES: usize = 31;
const TOO_MANY: &str = "too many reflexive lists to tell them apart";

/// What the configuration remembers connections for.
#[derive(Default)]
pub struct Sessions<'a> {
    /// Reflexive lists; the position is the number of the bit.
    names: Vec<&'a str>,
    /// Are there more than can be told apart?
    too_many: bool,
    /// Lists with a `reflect` entry, each with the reflexive list.
    reflecting: HashSet<(Family, &'a str, &'a str)>,
    /// The first line that inspects.
    inspection: Option<&'a str>,
}

/// Collects the reflexive lists and the inspections.
pub fn sessions<'a>(config: &Config<'a>, lists: &Lists<'a>, sink: &mut Sink<'a>) -> Sessions<'a> {
    let mut sessions = Sessions::default();
    for acl in config.acls.all() {
        let key = (acl.family(), acl.name);
        for rule in lists.get(&key).into_iter().flatten() {
            if let Effect::Reflect(name) = rule.effect {
                if !sessions.names.contains(&name) {
                    sessions.too_many |= sessions.names.len() == MAX_NAMES;
                    sessions.names.extend((!sessions.too_many).then_some(name));
                }
                sessions.reflecting.insert((key.0, key.1, name));
            }
        }
    }
    let keys = config.acls.all().map(|acl| (acl.family(), acl.name));
    for rule in keys.filter_map(|key| lists.get(&key)).flatten() {
        if let Effect::Evaluate(name) = rule.effect
            && !sessions.too_many
            && !sessions.names.contains(&name)
        {
            let message = format!("no entry says `reflect {name}`, so this lets nothing pass");
            sink.find_once(Code::UndefinedName, name, message, "evaluated here");
        }
    }
    sessions.inspection = config.interfaces.iter().flat_map(|i| &i.inspections).map(|i| i.line).next();
    sessions
}

impl Sessions<'_> {
    fn bit(&self, name: &str) -> Option<u32> {
        self.names.iter().position(|n| *n == name).map(|at| 1 << at)
    }
}

/// Only packets that come back.
fn answers(family: Family) -> PacketSet {
    PacketSet::full(family).with(Field::Direction, &IntervalSet::single(1))
}

fn remembered(bit: u32) -> MarkTest {
    MarkTest { kind: MarkKind::Connection, value: bit, mask: bit, negated: false }
}

fn remember(bit: u32) -> Action {
    Action::Mark(MarkChange::Set { kind: MarkKind::Connection, value: bit, mask: bit })
}

/// A permit with `reflect`: the connection is remembered, and the packet passes.
pub fn reflect(lowering: &mut Lowering<'_, '_>, name: &str, span: Span) -> Action {
    let Some(bit) = lowering.plan.sessions.bit(name) else {
        return Action::Unknown(TOO_MANY.to_owned());
    };
    let all = || Match::exactly(PacketSet::full(lowering.family));
    let rules = [remember(bit), Action::Accept].map(|action| Rule { matches: all(), action, span });
    Action::Jump(lowering.chain(&format!("reflect {name}"), rules.into(), ChainEnd::Return, span))
}

/// `evaluate`: answers of remembered connections pass. The temporary entries have the addresses that `reflect` saw;
/// at another interface, beyond a translation, an answer may have others. (Cisco IOS Security Configuration Guide,
/// "Configuring IP Session Filtering (Reflexive Access Lists)".)
pub fn evaluate<'a>(lowering: &Lowering<'_, 'a>, name: &str, interface: &Interface<'a>, span: Span) -> (Match, Action) {
    let (plan, family) = (lowering.plan, lowering.family);
    let Some(bit) = plan.sessions.bit(name) else {
        // Nothing ever fills a list of that name, unless the name was one too many.
        let action = if plan.sessions.too_many { Action::Unknown(TOO_MANY.to_owned()) } else { Action::Continue };
        return (Match::exactly(answers(family)), action);
    };
    let mut matches = Match { marks: vec![remembered(bit)], ..Match::exactly(answers(family)) };
    let reflects_here = interface.bindings.iter().any(|b| plan.sessions.reflecting.contains(&(b.family, b.acl, name)));
    if !reflects_here && !plan.config.nat.is_empty() {
        let text =
            format!("`reflect {name}` stands at another interface and sees other addresses where they are translated");
        matches.opaque.push(Condition { text, span });
    }
    (matches, Action::Accept)
}

/// What inspection opened passes every list on the way back. (Cisco IOS Security Configuration Guide, "Firewall ACL
/// Bypass".)
pub fn answers_pass(lowering: &Lowering<'_, '_>) -> Option<Rule> {
    let line = lowering.plan.sessions.inspection?;
    let matches = Match { marks: vec![remembered(INSPECTED)], ..Match::exactly(answers(lowering.family)) };
    Some(Rule { matches, action: Action::Accept, span: lowering.sink.input.span(line) })
}

/// The rules that remember what is inspected in one direction.
pub fn inspecting(lowering: &Lowering<'_, '_>, way: Way) -> Vec<Rule> {
    let (plan, family) = (lowering.plan, lowering.family);
    let mut rules = Vec::new();
    for interface in &plan.config.interfaces {
        let field = if way == Way::In { Field::InIface } else { Field::OutIface };
        let here = lowering.at(field, interface);
        for inspection in interface.inspections.iter().filter(|i| i.way == way && i.family == family) {
            let lines = plan.config.inspected.get(inspection.name);
            for line in lines.into_iter().flatten() {
                rules.extend(here.clone().and_then(|cube| inspected(cube, line, family, lowering.sink)));
            }
            if lines.is_none() {
                rules.extend(undefined(here.clone(), inspection, family, lowering.sink));
            }
        }
    }
    rules
}

/// A rule for the requests of an inspected protocol: `ip inspect name FW tcp`.
fn inspected(cube: Cube, line: &str, family: Family, sink: &Sink<'_>) -> Option<Rule> {
    let protocol = Words::new(line).nth(4)?;
    let cube = cube.with(family, Field::Direction, &IntervalSet::single(0))?;
    let mut opaque = Vec::new();
    let single = |n: u8| IntervalSet::single(n.into());
    let cube = match (protocol, names::port(protocol)) {
        ("tcp", _) => cube.with(family, Field::Proto, &single(6)),
        ("udp", _) => cube.with(family, Field::Proto, &single(17)),
        ("icmp", _) => cube.with(family, Field::Proto, &single(if family == Family::V4 { 1 } else { 58 })),
        (_, port) => {
            let ports = inspected_port(protocol).or(port);
            let transport = cube.with(family, Field::Proto, &IntervalSet::from_ranges([(6, 6), (17, 17)]));
            match ports {
                Some(port) => transport.and_then(|c| c.with(family, Field::DstPort, &IntervalSet::single(port.into()))),
                None => {
                    opaque.push(sink.condition(format!("which connections `{protocol}` inspects, is not known"), line));
                    transport
                }
            }
        }
    };
    let matches = Match { packets: PacketSet::from_cubes(family, cube), marks: Vec::new(), opaque };
    Some(Rule { matches, action: remember(INSPECTED), span: sink.input.span(line) })
}

/// Names of inspection that are none of ports. (Cisco IOS Security Configuration Guide, "Granular Protocol Inspection".)
fn inspected_port(protocol: &str) -> Option<u16> {
    Some(match protocol {
        "dns" => 53,
        "http" => 80,
        "https" => 443,
        "imap" => 143,
        "sip" => 5060,
        "rtsp" => 554,
        "h323" => 1720,
        "snmp" => 161,
        _ => return None,
    })
}

fn undefined(cube: Option<Cube>, inspection: &Inspection<'_>, family: Family, sink: &Sink<'_>) -> Option<Rule> {
    let text = format!("`{}` names no inspection that the text defines", inspection.name);
    let opaque = vec![sink.condition(text, inspection.line)];
    let matches = Match { packets: PacketSet::from_cubes(family, cube), marks: Vec::new(), opaque };
    Some(Rule { matches, action: remember(INSPECTED), span: sink.input.span(inspection.line) })
}
