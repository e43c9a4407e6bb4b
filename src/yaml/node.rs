//! The tree that [`read`](super::read) gives, and the findings that readers of it need.

use super::nearest;
use crate::finding::{Code, Finding};
use crate::source::Span;
use std::borrow::Cow;
use std::str::FromStr;

/// A text, a number, a word: whatever is neither a list nor a mapping, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar<'a> {
    /// The text without quotes and with escapes resolved; `010`, `0x50`, `no` and `1.10` keep their letters.
    pub text: Cow<'a, str>,
    /// Where the text stands, without quotes. Scalars with escapes and those over several lines have the span of
    /// their first word, or an empty one right behind the scalar before them.
    pub span: Span,
    /// Whether it is surely a text: in quotes, a block (`|`, `>`), or over several lines.
    pub quoted: bool,
}

/// A mapping; keys are unique and in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<'a> {
    /// Keys and values.
    pub entries: Vec<(Scalar<'a>, Node<'a>)>,
    /// From the first key to the end of the last value.
    pub span: Span,
}

/// One node of a YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node<'a> {
    /// Nothing: an empty value, `~` or `null` without quotes.
    Null(Span),
    /// A text, a number, a word.
    Scalar(Scalar<'a>),
    /// A list, with the span from its first item to the end of the last.
    Sequence(Vec<Node<'a>>, Span),
    /// A mapping.
    Mapping(Mapping<'a>),
}

impl<'a> Node<'a> {
    /// The whole extent.
    pub fn span(&self) -> Span {
        match self {
            Node::Null(span) | Node::Sequence(_, span) => *span,
            Node::Scalar(scalar) => scalar.span,
            Node::Mapping(mapping) => mapping.span,
        }
    }

    /// Where a finding about the whole node points: the first key, the first item, or the scalar itself.
    pub fn head(&self) -> Span {
        match self {
            Node::Null(span) => *span,
            Node::Scalar(scalar) => scalar.span,
            Node::Sequence(items, span) => items.first().map_or(*span, Node::head),
            Node::Mapping(mapping) => mapping.head(),
        }
    }

    /// What the node is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null(_) => "nothing",
            Node::Scalar(_) => "a single value",
            Node::Sequence(..) => "a list",
            Node::Mapping(_) => "a mapping",
        }
    }

    /// The scalar, if the node is one.
    pub fn as_scalar(&self) -> Option<&Scalar<'a>> {
        if let Node::Scalar(scalar) = self { Some(scalar) } else { None }
    }

    /// The items, if the node is a list.
    pub fn as_sequence(&self) -> Option<&[Node<'a>]> {
        if let Node::Sequence(items, _) = self { Some(items) } else { None }
    }

    /// The mapping, if the node is one.
    pub fn as_mapping(&self) -> Option<&Mapping<'a>> {
        if let Node::Mapping(mapping) = self { Some(mapping) } else { None }
    }

    /// The value of a key, if the node is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.as_mapping()?.get(key)
    }

    /// The items of a list, or the node itself as the only one: for keys that take one value or several.
    /// Nothing (`key:` without a value) is no item at all.
    pub fn one_or_many(&self) -> &[Node<'a>] {
        match self {
            Node::Null(_) => &[],
            Node::Sequence(items, _) => items,
            single => std::slice::from_ref(single),
        }
    }

    /// The scalar; `what` names the node in the finding (for example "`action`").
    ///
    /// # Errors
    /// The node is something else.
    pub fn expect_scalar(&self, what: &str) -> Result<&Scalar<'a>, Finding> {
        self.as_scalar().ok_or_else(|| self.expected(what, "a single value"))
    }

    /// The items of a list.
    ///
    /// # Errors
    /// The node is something else.
    pub fn expect_sequence(&self, what: &str) -> Result<&[Node<'a>], Finding> {
        self.as_sequence().ok_or_else(|| self.expected(what, "a list"))
    }

    /// The mapping.
    ///
    /// # Errors
    /// The node is something else.
    pub fn expect_mapping(&self, what: &str) -> Result<&Mapping<'a>, Finding> {
        self.as_mapping().ok_or_else(|| self.expected(what, "a mapping"))
    }

    /// The finding that `what` must be `expected` and is something else.
    pub fn expected(&self, what: &str, expected: &str) -> Finding {
        let message = format!("{what} must be {expected}, not {}", self.kind());
        Finding::new(Code::InvalidValue, message).at(self.head(), format!("{expected} is expected here"))
    }
}

impl<'a> Mapping<'a> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key, with its place, and its value.
    pub fn entry(&self, key: &str) -> Option<&(Scalar<'a>, Node<'a>)> {
        self.entries.iter().find(|(name, _)| name.text == key)
    }

    /// The first key, where a finding about the whole mapping points.
    pub fn head(&self) -> Span {
        self.entries.first().map_or(self.span, |(key, _)| key.span)
    }

    /// The value of a key that must be there; `what` names the mapping in the finding (for example "a rule").
    ///
    /// # Errors
    /// The key is missing.
    pub fn require(&self, key: &str, what: &str) -> Result<&Node<'a>, Finding> {
        self.get(key).ok_or_else(|| {
            Finding::new(Code::InvalidValue, format!("{what} needs the key `{key}`"))
                .at(self.head(), "it is missing here")
        })
    }

    /// One finding for each key that is not among `known`.
    pub fn unknown_keys(&self, known: &[&str]) -> Vec<Finding> {
        let strange = self.entries.iter().filter(|(key, _)| !known.contains(&key.text.as_ref()));
        strange.map(|(key, _)| key.unknown_key(known)).collect()
    }
}

impl<'a> Scalar<'a> {
    /// The words of the text, each with its own place where the text stands in the file as it is.
    pub fn words(&self) -> Vec<Scalar<'_>> {
        let exact = matches!(self.text, Cow::Borrowed(_));
        let word = |word: &'_ str| {
            let within = Span::of(self.span.source, &self.text, word);
            let start = self.span.start + within.start;
            let own = Span { start, end: start + word.len() as u32, ..self.span };
            (if exact { own } else { self.span }, word.to_owned())
        };
        let words = self.text.split_whitespace().map(word);
        words.map(|(span, text)| Scalar { text: Cow::Owned(text), span, quoted: self.quoted }).collect()
    }

    /// Reads the text as a value; `expected` says what it should be (for example "a port from 0 to 65535").
    ///
    /// # Errors
    /// The text is no such value.
    pub fn parse<T: FromStr>(&self, expected: &str) -> Result<T, Finding> {
        self.text.trim().parse().map_err(|_| self.invalid(expected))
    }

    /// The finding that this is not `expected`.
    pub fn invalid(&self, expected: &str) -> Finding {
        Finding::new(Code::InvalidValue, format!("`{}` is not {expected}", self.text)).at(self.span, "")
    }

    /// The finding that this is none of the values that exist here; `what` says what they are ("a protocol").
    pub fn unknown_value(&self, what: &str, known: &[&str]) -> Finding {
        self.suggest(self.invalid(what), known)
    }

    /// The finding that no such key exists here.
    pub fn unknown_key(&self, known: &[&str]) -> Finding {
        self.suggest(Finding::new(Code::UnknownKey, format!("unknown key `{}`", self.text)).at(self.span, ""), known)
    }

    fn suggest(&self, finding: Finding, known: &[&str]) -> Finding {
        match nearest(&self.text, known.iter().copied()) {
            Some(name) => finding.help(format!("did you mean `{name}`?")),
            None => finding.help(format!("it may be one of {}", list(known))),
        }
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
