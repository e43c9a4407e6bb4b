//! Commands, word by word.

use crate::finding::Finding;
use crate::format::Input;
use crate::format::rendered::Rendered;
use crate::format::yaml::fields::first_line;
use crate::format::yaml::reader::{Read, Reader};
use crate::source::Span;
use crate::yaml::{Mapping, Node};

/// A word with its place; words that belong to the command itself have none.
pub(super) type Word = (String, Option<Span>);

/// What is written, and what was found.
pub(super) struct Writer<'n> {
    pub out: Rendered,
    pub reader: Reader<'n>,
    /// Where entries begin of which it is said already what is wrong, and what that is.
    pub unreadable: Vec<(Span, String)>,
    input: Input<'n>,
}

impl<'n> Writer<'n> {
    /// Nothing written yet.
    pub fn new(input: Input<'n>) -> Writer<'n> {
        Writer { out: Rendered::default(), reader: Reader::new(false), unreadable: Vec::new(), input }
    }

    /// Begins a command that comes from a mapping.
    pub fn line(&mut self, origin: Option<Span>) {
        self.out.line(origin);
    }

    /// Adds a word of the command itself.
    pub fn word(&mut self, word: &str) {
        self.out.piece(word, None);
    }

    /// Adds words.
    pub fn words(&mut self, words: &[Word]) {
        words.iter().for_each(|(word, origin)| self.out.piece(word, *origin));
    }

    /// The first line of a mapping.
    pub fn head(&self, map: &Mapping<'_>) -> Span {
        first_line(self.input.source, self.input.text, map)
    }

    /// A value that is one word: nothing else can be part of a command.
    pub fn value(&mut self, node: &Node<'_>, what: &str) -> Read<Word> {
        let scalar = self.reader.note(node.expect_scalar(what))?;
        let text = scalar.text.trim();
        if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return self.reader.fail(scalar.invalid("one word"));
        }
        Ok((text.to_owned(), Some(scalar.span)))
    }

    /// Is a switch on?
    pub fn is_on(&mut self, map: &Mapping<'_>, key: &str) -> Read<bool> {
        match map.get(key) {
            Some(Node::Null(_)) => Ok(false),
            node => self.reader.flag(node, key, false),
        }
    }

    /// Notes keys that are not known.
    pub fn known(&mut self, map: &Mapping<'_>, keys: &[&str]) -> Read<()> {
        let unknown: Vec<Result<(), Finding>> = map.unknown_keys(keys).into_iter().map(Err).collect();
        self.reader.all(unknown).map(|_| ())
    }

    /// `eq: www` or `range: {start: 1, end: 9}`.
    pub fn ports(&mut self, node: &Node<'_>) -> Read<Vec<Word>> {
        let map = self.reader.note(node.expect_mapping("ports"))?;
        self.known(map, &["eq", "gt", "lt", "neq", "range"])?;
        let given: Vec<_> = map.entries.iter().filter(|(_, value)| !matches!(value, Node::Null(_))).collect();
        let [(key, value)] = given.as_slice() else {
            return self.reader.fail(node.expected("ports", "one of `eq`, `gt`, `lt`, `neq` and `range`"));
        };
        let operator = (key.text.to_string(), Some(key.span));
        if key.text != "range" {
            return Ok(vec![operator, self.value(value, "a port")?]);
        }
        let range = self.reader.note(value.expect_mapping("`range`"))?;
        self.known(range, &["start", "end"])?;
        let start = self.reader.note(range.require("start", "`range`"))?;
        let end = self.reader.note(range.require("end", "`range`"))?;
        Ok(vec![operator, self.value(start, "`start`")?, self.value(end, "`end`")?])
    }
}
