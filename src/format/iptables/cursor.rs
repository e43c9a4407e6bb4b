//! The words of a rule, one after the other.

use super::context::Bad;
use super::token::Token;

/// The words of a rule that are still to be read.
pub(super) struct Cursor<'t, 'a> {
    pub rest: &'t [Token<'a>],
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// The next word, if it is this one.
    pub(super) fn take(&mut self, word: &str) -> Option<Token<'a>> {
        self.rest.first().filter(|t| t.is(word))?;
        self.next()
    }

    /// The argument of an option.
    pub(super) fn value(&mut self, option: Token<'a>) -> Result<Token<'a>, Bad<'a>> {
        self.next().ok_or_else(|| Bad::new(option.raw, format!("`{}` needs a value", option.text)))
    }

    /// Passes over the values of an option that nobody asks for.
    pub(super) fn skip_values(&mut self) {
        while self.rest.first().is_some_and(|word| !word.is("!") && !word.raw.starts_with("--")) {
            self.next();
        }
    }
}
