//! Which words of a rule belong to which match or target.
//!
//! Options may stand anywhere in a rule once what they belong to is named, and getopt_long(3) takes any beginning of a
//! name that is the only one. So words are given to their owners first, and understood then.

use super::context::Context;
use super::cursor::Cursor;
use super::extensions::{Extension, Given, Opt, find_match};
use super::names;
use super::token::Token;
use super::value;

/// The words of one match or target.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub name: Token<'a>,
    /// `None`: not a match or target that is known.
    pub extension: Option<&'static Extension>,
    /// The options in full, with `!` in front of each that is negated, and their values.
    pub words: Vec<Token<'a>>,
    pub given: Vec<Given<'a>>,
    /// Is it a jump to a chain or a target?
    pub is_target: bool,
    first: &'a str,
    last: &'a str,
}

impl<'a> Part<'a> {
    pub(super) fn new(first: Token<'a>, name: Token<'a>, extension: Option<&'static Extension>) -> Part<'a> {
        let (words, given) = (Vec::new(), Vec::new());
        Part { name, extension, words, given, is_target: false, first: first.raw, last: name.raw }
    }

    /// The part as it is written; other options may stand in between.
    pub(super) fn written(&self, context: &Context<'a>) -> &'a str {
        context.between(self.first, self.last)
    }

    fn push(&mut self, word: Token<'a>) {
        self.words.push(word);
        self.last = word.raw;
    }

    /// Takes an option and its values off the line.
    fn take(&mut self, option: &'static Opt, word: Token<'a>, not: Option<Token<'a>>, cursor: &mut Cursor<'_, 'a>) {
        // Behind an option that needs no value, `!` belongs to the option after it.
        let has_value = !option.values.is_empty() && !option.optional;
        let old_not = if option.negatable() && has_value { cursor.take("!") } else { None };
        let not = if not.is_some() && old_not.is_some() { None } else { not.or(old_not) };
        if let Some(not) = not {
            self.words.push(not);
        }
        self.push(Token { raw: word.raw, text: option.name });
        let mut values = [None, None];
        for _ in option.values {
            if option.optional && cursor.rest.first().is_none_or(|next| next.is("!") || next.text.starts_with('-')) {
                break;
            }
            let Some(value) = cursor.next() else { break };
            self.push(value);
            values = [values[1], Some(value)];
        }
        let [first_value, value] = values;
        self.given.push(Given { option, word, negated: not.is_some(), value, first_value });
    }
}

/// Gives an option to the part that it belongs to; `false`: there is none.
pub(super) fn assign<'a>(
    parts: &mut Vec<Part<'a>>,
    word: Token<'a>,
    not: Option<Token<'a>>,
    cursor: &mut Cursor<'_, 'a>,
    context: &Context<'a>,
    proto: Option<u8>,
) -> bool {
    let in_full = |extension: &Extension| extension.option(word.text);
    let shortened = |extension: &Extension| extension.abbreviated(word.text);
    let found = owner(parts, in_full).or_else(|| owner(parts, shortened));
    let found = found.or_else(|| implied(parts, word, not, proto, context));
    if let Some((part, option)) = found.and_then(|(at, option)| Some((parts.get_mut(at)?, option))) {
        part.take(option, word, not, cursor);
        return true;
    }
    // What is said of a match that is not known is taken to be its own.
    let Some(part) = parts.last_mut().filter(|p| p.extension.is_none()) else { return false };
    not.into_iter().chain([word]).for_each(|w| part.push(w));
    while let Some(value) = cursor.rest.first().filter(|w| !w.is("!") && (w.quoted() || !w.text.starts_with('-'))) {
        part.push(*value);
        cursor.next();
    }
    true
}

/// The latest part that has an option.
fn owner(parts: &[Part<'_>], option: impl Fn(&Extension) -> Option<&'static Opt>) -> Option<(usize, &'static Opt)> {
    parts.iter().enumerate().rev().find_map(|(at, part)| Some((at, option(part.extension?)?)))
}

/// Options of the protocol need no `-m`.
fn implied<'a>(
    parts: &mut Vec<Part<'a>>,
    word: Token<'a>,
    not: Option<Token<'a>>,
    proto: Option<u8>,
    context: &Context<'a>,
) -> Option<(usize, &'static Opt)> {
    let name = names::protocol_module(proto?);
    let extension = find_match(context.family, &name).ok().flatten()?;
    let option = extension.option(word.text)?;
    let name = Token { raw: word.raw, text: extension.name };
    parts.push(Part::new(not.unwrap_or(word), name, Some(extension)));
    Some((parts.len() - 1, option))
}

/// The protocol that a rule asks for further on: options may stand in any order.
pub(super) fn proto_ahead(rest: &[Token<'_>]) -> Option<u8> {
    let asks =
        |pair: &&[Token<'_>]| matches!(pair, [option, _] if matches!(option.text, "-p" | "--protocol" | "--proto"));
    let value = rest.windows(2).find(asks)?.last()?;
    value::protocol(value.text).filter(|p| *p != 0)
}
