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
    pub(super) fn take(&mut self, word: &str) -> bool {
        let there = self.rest.first().is_some_and(|t| t.is(word));
        if there {
            self.next();
        }
        there
    }

    /// The argument of an option.
    pub(super) fn value(&mut self, option: Token<'a>) -> Result<Token<'a>, Bad<'a>> {
        self.next().ok_or_else(|| Bad::new(option.raw, format!("`{}` needs a value", option.text)))
    }

    /// Words up to the next option that belongs to no module.
    pub(super) fn run(&mut self) -> &'t [Token<'a>] {
        let ends = |at: &usize| match self.rest.get(*at..) {
            Some([t, u, ..]) if t.is("!") => !u.quoted() && is_general(u.text),
            Some([t, ..]) => !t.quoted() && is_general(t.text),
            _ => true,
        };
        let length = (0..self.rest.len()).find(ends).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        run
    }
}

/// Is it an option that may stand anywhere?
fn is_general(word: &str) -> bool {
    matches!(
        word,
        "-s" | "--source"
            | "--src"
            | "-d"
            | "--destination"
            | "--dst"
            | "-i"
            | "--in-interface"
            | "-o"
            | "--out-interface"
            | "-p"
            | "--protocol"
            | "--proto"
            | "-m"
            | "--match"
            | "-j"
            | "--jump"
            | "-g"
            | "--goto"
            | "-f"
            | "--fragment"
            | "--fragments"
            | "-c"
            | "--set-counters"
            | "-4"
            | "--ipv4"
            | "-6"
            | "--ipv6"
            | "-t"
            | "--table"
            | "--sport"
            | "--source-port"
            | "--source-ports"
            | "--dport"
            | "--destination-port"
            | "--destination-ports"
            | "--tcp-flags"
            | "--syn"
            | "--icmp-type"
            | "--icmpv6-type"
    )
}
