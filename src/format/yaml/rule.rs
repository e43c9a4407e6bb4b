//! One rule of either schema.

use super::address::Addresses;
use super::fields::{Alias, Fields, first_line};
use super::model::{Effect, Known, Rule, Verb};
use super::reader::{Read, Reader, What};
use crate::finding::{Code, Finding};
use crate::format::Input;
use crate::source::Span;
use crate::space::Cube;
use crate::yaml::{Node, Scalar};

/// Words for what happens; the last one is for the flat list only.
pub(super) const VERBS: &[(&str, Verb)] = &[
    ("permit", Verb::Permit),
    ("allow", Verb::Permit),
    ("accept", Verb::Permit),
    ("deny", Verb::Deny),
    ("drop", Verb::Deny),
    ("reject", Verb::Reject),
    ("block", Verb::Deny),
];

/// As many rules are worth a second thread.
pub(super) const MANY: usize = 20_000;

/// Reads all items of `rules`, in parts at the same time where they are many: all definitions are read by then, and no
/// rule depends on another.
pub(super) fn rules<'n>(
    reader: &mut Reader<'n>,
    items: &'n [Node<'n>],
    aliases: &[Alias],
    input: &Input,
    today: &str,
) -> Vec<Rule> {
    let read = |reader: &mut Reader<'n>, items: &'n [Node<'n>]| -> Vec<Rule> {
        items.iter().map(|item| rule(reader, item, aliases, input, today).0).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len() / MANY);
    if threads < 2 {
        return read(reader, items);
    }
    let part = |items: &'n [Node<'n>]| {
        let mut fork = reader.fork();
        let rules = read(&mut fork, items);
        (fork, rules)
    };
    let part = &part;
    let parts: Vec<(Reader<'n>, Vec<Rule>)> = std::thread::scope(|scope| {
        let chunks = items.chunks(items.len().div_ceil(threads));
        let each: Vec<_> = chunks.map(|items| (scope.spawn(move || part(items)), items)).collect();
        // A part whose thread came to nothing is read here.
        each.into_iter().map(|(thread, items)| thread.join().unwrap_or_else(|_| part(items))).collect()
    });
    let mut all = Vec::with_capacity(items.len());
    for (fork, mut rules) in parts {
        reader.join(fork);
        all.append(&mut rules);
    }
    all
}

/// Reads one item of `rules`. Whatever is wrong makes the whole rule unknown: after a mistake in one key, nobody
/// can tell which packets the author meant.
pub(super) fn rule<'n>(
    reader: &mut Reader<'n>,
    node: &'n Node<'n>,
    aliases: &[Alias],
    input: &Input,
    today: &str,
) -> (Rule, Option<Fields<'n>>) {
    let map = match node.expect_mapping("a rule") {
        Ok(map) => map,
        Err(finding) => {
            let why = finding.message.clone();
            reader.findings.push(finding);
            return (Rule { span: one_line(node.head(), input), effect: Effect::Unknown(why) }, None);
        }
    };
    let (fields, known) = reader.fields(map, aliases);
    let effect = reader.effect(&fields, today);
    let effect = known.and(effect).unwrap_or_else(Effect::Unknown);
    let span = first_line(input.source, input.text, map);
    (Rule { span, effect }, Some(fields))
}

/// The part of a span before the end of its first line.
fn one_line(span: Span, input: &Input) -> Span {
    let text = input.text.get(span.start as usize..span.end as usize).unwrap_or("");
    Span { end: span.start + text.lines().next().map_or(0, str::len) as u32, ..span }
}

impl<'n> Reader<'n> {
    fn effect(&mut self, fields: &Fields<'n>, today: &str) -> Read<Effect> {
        let remarks = self.remarks(fields);
        let enabled = self.flag(fields.get("enabled"), "enabled", true);
        let when = self.when(fields.get("starts"), fields.get("expires"));
        let known = self.known(fields);
        let (enabled, when, mut known) = (remarks.and(enabled)?, when?, known?);
        known.condition = when.condition(today);
        if !enabled {
            return Ok(Effect::Disabled);
        }
        let name = fields.get("name").and_then(Node::as_scalar).map_or("", |name| name.text.trim());
        Ok(when.idle(name, today).unwrap_or_else(|| Effect::Known(Box::new(known))))
    }

    /// Keys without effect on packets must still have the form that the schema says.
    fn remarks(&mut self, fields: &Fields) -> Read<()> {
        let log = self.flag(fields.get("log"), "log", false).map(|_| ());
        let texts = ["name", "owner", "ticket", "comment"].map(|key| match fields.get(key) {
            None | Some(Node::Scalar(_)) => Ok(()),
            node => self.text(node, key).map(|_| ()),
        });
        texts.into_iter().fold(log, Read::and)
    }

    fn known(&mut self, fields: &Fields<'n>) -> Read<Known> {
        let verb = self.verb(fields);
        let from = self.side(fields, "from");
        let to = self.side(fields, "to");
        let services = self.rule_services(fields);
        let entry = self.places(fields.get("in"), "`in`");
        let exit = self.places(fields.get("out"), "`out`");
        Ok(Known {
            verb: verb?,
            from: from?,
            to: to?,
            services: services?,
            entry: entry?,
            exit: exit?,
            condition: None,
        })
    }

    fn verb(&mut self, fields: &Fields) -> Read<Verb> {
        let Some(node) = fields.get("action") else {
            let finding = Finding::new(Code::InvalidValue, "a rule needs the key `action`");
            return self.fail(finding.at(fields.head, "it is missing here"));
        };
        let scalar = self.note(node.expect_scalar("`action`"))?;
        let found = self.verb_of(scalar);
        self.note(found)
    }

    fn verb_of(&self, scalar: &Scalar) -> Result<Verb, Finding> {
        let words = VERBS.get(..if self.lenient { VERBS.len() } else { VERBS.len() - 1 }).unwrap_or(VERBS);
        let word = self.word(scalar);
        let found = words.iter().find(|row| row.0 == word).map(|row| row.1);
        found.ok_or_else(|| {
            let names: Vec<&str> = words.iter().map(|row| row.0).collect();
            scalar.unknown_value("an action", &names)
        })
    }

    fn side(&mut self, fields: &Fields<'n>, key: &str) -> Read<Addresses> {
        fields
            .entry(key)
            .map_or_else(|| Ok(Addresses::any()), |(name, node)| self.addresses(node, What::key(&name.text)))
    }

    /// Either `service`, or `proto` with ports or types.
    fn rule_services(&mut self, fields: &Fields<'n>) -> Read<Vec<Cube>> {
        let own = self.service_of(fields);
        let Some((key, node)) = fields.entry("service") else { return own };
        let named = self.services(node, "`service`");
        let other = ["proto", "ports", "source_ports", "icmp"].iter().find_map(|name| fields.entry(name));
        if let Some((second, _)) = other {
            let message = format!("`{}` stands beside `{}`", second.text, key.text);
            let finding = Finding::new(Code::InvalidValue, message).at(second.span, "").at(key.span, "");
            return self.fail(finding.help("name a service, or write the protocol and ports out, but not both"));
        }
        named
    }
}
