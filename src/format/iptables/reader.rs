//! One rule: its options in any order become a match and a target.

use super::context::{Bad, Context};
use super::cursor::Cursor;
use super::extensions::{self, Place, find_match, find_target};
use super::general::{self, General};
use super::modules;
use super::parts::{Part, assign, proto_ahead};
use super::spec::{Spec, Target};
use super::token::{Token, tokenise};
use crate::space::{Family, Field};

/// Understands what follows `-A CHAIN`. What iptables would refuse is noted in the result; an error leaves nothing of
/// the rule that could be told.
pub(super) fn parse<'a>(
    text: &'a str,
    context: &mut Context<'a>,
    words: &mut Vec<Token<'a>>,
) -> Result<Spec<'a>, Bad<'a>> {
    tokenise(text, words).map_err(|part| Bad::new(part, "a quote is not closed"))?;
    let spec = Spec::any(context.family, context.detail);
    let mut reader = Reader { spec, cursor: Cursor { rest: words }, parts: Vec::new(), seen: Vec::new(), context };
    while !reader.cursor.rest.is_empty() {
        if let Err(bad) = reader.option() {
            reader.spec.refuse(bad, reader.context);
        }
    }
    for part in std::mem::take(&mut reader.parts) {
        reader.part(part);
    }
    Ok(reader.spec)
}

struct Reader<'r, 't, 'a> {
    spec: Spec<'a>,
    cursor: Cursor<'t, 'a>,
    /// Matches and the target, as far as they were named.
    parts: Vec<Part<'a>>,
    /// General options that were given.
    seen: Vec<General>,
    context: &'r mut Context<'a>,
}

impl<'a> Reader<'_, '_, 'a> {
    fn option(&mut self) -> Result<(), Bad<'a>> {
        let not = self.cursor.take("!");
        let Some(word) = self.cursor.next() else {
            return not.map_or(Ok(()), |not| Err(Bad::new(not.raw, "`!` needs an option behind it")));
        };
        if let Some(option) = general::find(word) {
            return self.general(option, word, not);
        }
        let proto = self.spec.proto.or_else(|| proto_ahead(self.cursor.rest));
        if assign(&mut self.parts, word, not, &mut self.cursor, self.context, proto) {
            return Ok(());
        }
        match general::abbreviated(word) {
            Some(option) => self.general(option, word, not),
            None if general::needs_protocol(word.text) => {
                Err(Bad::new(word.raw, format!("`{}` needs a protocol such as `-p tcp`", word.text)))
            }
            None => Err(Bad::new(word.raw, format!("`{}` is not an option here", word.text))),
        }
    }

    fn general(&mut self, option: General, word: Token<'a>, not: Option<Token<'a>>) -> Result<(), Bad<'a>> {
        self.once(option, word)?;
        let values = option.values();
        if let Some(not) = not.filter(|_| !option.negatable()) {
            return Err(Bad::new(not.raw, format!("`{}` cannot be negated", word.text)));
        }
        let mut negated = not.is_some();
        let mut value = if values == 0 { word } else { self.cursor.value(word)? };
        if values > 0 && value.is("!") && option.negatable() {
            self.context.old_negation.get_or_insert(self.context.input.span(value.raw));
            negated = !negated;
            value = self.cursor.value(word)?;
        }
        self.apply(option, word, value, negated)
    }

    /// Most options of iptables stand in a rule once.
    fn once(&mut self, option: General, word: Token<'a>) -> Result<(), Bad<'a>> {
        let again = self.seen.contains(&option);
        self.seen.push(option);
        if !again || option.may_repeat() {
            return Ok(());
        }
        self.spec.ambiguous = true;
        Err(Bad::new(word.raw, format!("`{}` is given twice", word.text)))
    }

    fn apply(&mut self, option: General, word: Token<'a>, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let (spec, context) = (&mut self.spec, &mut *self.context);
        match option {
            General::Source => spec.addresses(Field::Src, value, negated, context),
            General::Destination => spec.addresses(Field::Dst, value, negated, context),
            General::InInterface => spec.interface(Field::InIface, value, negated, context),
            General::OutInterface => spec.interface(Field::OutIface, value, negated, context),
            General::Protocol => spec.protocol(value, negated),
            General::Fragment => fragments(spec, word, negated),
            General::V4 if spec.family == Family::V6 => spec.never(),
            General::V6 if spec.family == Family::V4 => spec.never(),
            General::Counters => self.counters(word, value),
            General::Match => self.named(word, value),
            General::Jump => self.target(word, value, false),
            General::Goto => self.target(word, value, true),
            General::Table if value.text != context.table => {
                Err(Bad::new(word.raw, format!("this is table `{}`, and a rule cannot name another", context.table)))
            }
            General::V4 | General::V6 | General::Table | General::Tool => Ok(()),
        }
    }

    /// `-c packets bytes` or `-c packets,bytes`.
    fn counters(&mut self, word: Token<'a>, packets: Token<'a>) -> Result<(), Bad<'a>> {
        let rest = if packets.text.contains(',') { packets } else { self.cursor.value(word)? };
        let number = |t: Token<'_>| t.text.split(',').all(|n| n.parse::<u64>().is_ok());
        match [packets, rest].into_iter().find(|t| !number(*t)) {
            Some(bad) => Err(Bad::value(bad.raw, format!("`{}` is not a counter", bad.text))),
            None => Ok(()),
        }
    }

    fn named(&mut self, word: Token<'a>, name: Token<'a>) -> Result<(), Bad<'a>> {
        let found = find_match(self.spec.family, name.text);
        self.parts.push(Part::new(word, name, found.unwrap_or_default()));
        wrong_family("-m", name, found.err())
    }

    fn target(&mut self, word: Token<'a>, name: Token<'a>, goto: bool) -> Result<(), Bad<'a>> {
        if self.spec.target.is_some() {
            self.spec.ambiguous = true;
            return Err(Bad::new(word.raw, "a rule has one target"));
        }
        self.spec.target = Some(Target { name, goto, options: Vec::new() });
        let found = find_target(self.spec.family, name.text);
        let mut part = Part::new(word, name, found.unwrap_or_default().filter(|_| !goto));
        part.is_target = true;
        self.parts.push(part);
        wrong_family("-j", name, found.err())
    }

    /// Understands a match, or keeps the options of the target for later.
    fn part(&mut self, part: Part<'a>) {
        let Context { family, table, chain, .. } = *self.context;
        let place = Place { family, table, chain, proto: self.spec.proto };
        let is_chain = part.is_target && self.context.chains.contains_key(part.name.text);
        let extension = part.extension.filter(|_| !is_chain);
        let sound = match extension.map_or(Ok(None), |e| extensions::check(e, part.name, &part.given, place)) {
            Ok(odd) => {
                let span = odd.map(|odd| self.context.input.span(odd.raw));
                self.context.backward = self.context.backward.or(span);
                true
            }
            Err(bad) => {
                self.spec.faults.push(bad);
                false
            }
        };
        if !part.is_target {
            self.matching(&part, sound);
        } else if let Some(target) = &mut self.spec.target {
            target.options = part.words;
        }
    }

    fn matching(&mut self, part: &Part<'a>, sound: bool) {
        let (spec, context) = (&mut self.spec, &mut *self.context);
        let whole = part.written(context);
        let canonical = spec.canonical.clone();
        let modelled = match sound.then(|| modules::apply(spec, part.name, &part.words, whole, context)) {
            Some(Ok(modelled)) => modelled,
            Some(Err(bad)) => {
                spec.faults.push(bad);
                false
            }
            None => false,
        };
        if !modelled {
            spec.leave_open(whole, context);
            spec.canonical = canonical;
            if let Some(canonical) = &mut spec.canonical {
                canonical.written(whole);
            }
        }
    }
}

/// Required flows are judged by whole packets and first fragments.
fn fragments<'a>(spec: &mut Spec<'a>, word: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
    if spec.family == Family::V6 {
        return Err(Bad::new(word.raw, format!("`{}` is for IPv4 only; IPv6 has `-m frag`", word.text)));
    }
    if let Some(canonical) = &mut spec.canonical {
        canonical.fragments(negated);
    }
    if negated { Ok(()) } else { spec.never() }
}

fn wrong_family<'a>(option: &str, name: Token<'a>, only: Option<Family>) -> Result<(), Bad<'a>> {
    let wrong = |family| Bad::new(name.raw, format!("`{option} {}` is for {family} only", name.text));
    only.map_or(Ok(()), |family| Err(wrong(family)))
}
