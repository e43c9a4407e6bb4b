//! The tree, with the written text and the place of every scalar.

use super::error;
use super::node::{Mapping, Node, Scalar};
use super::shape::Kind;
use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// How far a scalar that has no exact place is looked for, in bytes.
const WINDOW: usize = 4096;

/// How many keys are compared one by one before a table is worth its memory.
const FEW: usize = 12;

/// Builds the tree of a text with that shape.
pub(super) fn tree(source: SourceId, text: &str, shape: Vec<Kind>) -> Result<Node<'_>, Vec<Finding>> {
    let mut builder = Builder { shape: shape.into_iter(), ..Builder::new(source, text) };
    let node = NodeSeed(&mut builder).deserialize(super::parser(text));
    builder.finish(node)
}

/// The tree while it is built.
pub(super) struct Builder<'de> {
    source: SourceId,
    pub text: &'de str,
    shape: std::vec::IntoIter<Kind>,
    /// The end of the furthest scalar so far: where a scalar without an exact place is looked for.
    pub cursor: usize,
    /// Is the cursor surely at the end of the last scalar?
    pub exact: bool,
    findings: Vec<Finding>,
}

impl<'de> Builder<'de> {
    /// Nothing built yet.
    pub fn new(source: SourceId, text: &'de str) -> Builder<'de> {
        let shape = Vec::new().into_iter();
        Builder { source, text, shape, cursor: 0, exact: true, findings: Vec::new() }
    }

    /// The tree, unless something was found that keeps it from being one.
    pub fn finish(self, node: Result<Node<'de>, serde_yaml::Error>) -> Result<Node<'de>, Vec<Finding>> {
        match node {
            Ok(node) if self.findings.is_empty() => Ok(node),
            Ok(_) => Err(self.findings),
            Err(error) => Err(vec![error::finding(self.source, self.text, &error)]),
        }
    }

    /// A scalar that is a part of the text: the place is exact.
    pub fn borrowed(&mut self, part: &'de str) -> Scalar<'de> {
        let span = Span::of(self.source, self.text, part);
        (self.cursor, self.exact) = (self.cursor.max(span.end as usize), true);
        Scalar { text: Cow::Borrowed(part), span, quoted: self.is_quoted(span) }
    }

    /// A scalar with escapes or over several lines: its first word is looked for behind the scalar before.
    pub fn copied(&mut self, value: &str) -> Scalar<'de> {
        let word = value.split(|c: char| c.is_whitespace() || "\"'\\".contains(c)).next().unwrap_or("");
        let limit = self.text.floor_char_boundary(self.cursor + WINDOW);
        let window = self.text.get(self.cursor..limit).unwrap_or("");
        let found = if word.is_empty() { None } else { window.find(word) };
        let (start, end) = found.map_or((0, 0), |at| (at, at + word.len()));
        let span = self.span(self.cursor + start, self.cursor + end);
        (self.cursor, self.exact) = (span.end as usize, false);
        Scalar { text: Cow::Owned(value.to_owned()), span, quoted: true }
    }

    pub fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.source, start: start as u32, end: end as u32 }
    }

    fn is_quoted(&self, span: Span) -> bool {
        let bytes = self.text.as_bytes();
        let before = (span.start as usize).checked_sub(1).and_then(|at| bytes.get(at));
        matches!(before, Some(b'"' | b'\'')) && before == bytes.get(span.end as usize)
    }

    /// The place of `[]` or `{}`: the first such bracket behind the last scalar.
    fn empty_at(&mut self, brackets: &str) -> Span {
        let limit = self.text.floor_char_boundary(self.cursor + WINDOW);
        let window = self.text.get(self.cursor..limit).unwrap_or("");
        let Some(start) = brackets.chars().next().and_then(|open| window.find(open)) else {
            return self.span(self.cursor, self.cursor);
        };
        let end = brackets.chars().last().and_then(|close| window.get(start..)?.find(close)).map_or(1, |at| at + 1);
        let span = self.span(self.cursor + start, self.cursor + start + end);
        self.cursor = span.end as usize;
        span
    }

    pub fn sequence(&mut self, items: Vec<Node<'de>>) -> Node<'de> {
        let span = match (items.first(), items.last()) {
            (Some(first), Some(last)) => extent(first.span(), last.span()),
            _ => self.empty_at("[]"),
        };
        Node::Sequence(items, span)
    }

    pub fn mapping(&mut self, entries: Vec<(Scalar<'de>, Node<'de>)>) -> Node<'de> {
        let span = match (entries.first(), entries.last()) {
            (Some((first, _)), Some((key, value))) => extent(first.span, extent(key.span, value.span())),
            _ => self.empty_at("{}"),
        };
        self.findings.extend(duplicates(&entries));
        Node::Mapping(Mapping { entries, span })
    }

    /// A key as a scalar; anything else is noted and read on as an empty text.
    pub fn key(&mut self, node: Node<'de>) -> Scalar<'de> {
        match node {
            Node::Scalar(key) => {
                if key.text == "<<" && !key.quoted {
                    self.findings.push(merge_key(key.span));
                }
                key
            }
            other => {
                let message = format!("a key must be a single value, not {}", other.kind());
                self.findings.push(Finding::new(Code::InvalidYaml, message).at(other.head(), "this is the key"));
                Scalar { text: Cow::Borrowed(""), span: other.head(), quoted: true }
            }
        }
    }
}

/// From one span to another, unless the other belongs to an alias whose anchor stands further up.
fn extent(first: Span, last: Span) -> Span {
    if last.end >= first.end { first.to(last) } else { first }
}

fn merge_key(span: Span) -> Finding {
    Finding::new(Code::InvalidYaml, "the merge key `<<` is not supported")
        .at(span, "")
        .help("write the keys out; an anchor for a whole value (`key: *name`) is supported")
}

/// One finding for each key that was there before. Keys that are no scalars have their finding already.
fn duplicates(entries: &[(Scalar, Node)]) -> Vec<Finding> {
    let mut table = HashMap::new();
    let mut found = Vec::new();
    for (at, (key, _)) in entries.iter().enumerate().filter(|(_, (key, _))| !key.text.is_empty()) {
        let before = match entries.len() {
            0..=FEW => entries.iter().take(at).map(|(key, _)| key).find(|before| before.text == key.text),
            _ => table.insert(key.text.as_ref(), key),
        };
        found.extend(before.map(|before| duplicate(before, key)));
    }
    found
}

fn duplicate(first: &Scalar, second: &Scalar) -> Finding {
    Finding::new(Code::InvalidYaml, format!("the key `{}` occurs twice", second.text))
        .at(second.span, "here again")
        .at(first.span, "here first")
        .help("keep one of them: readers of YAML differ in which one counts")
}

struct NodeSeed<'b, 'de>(&'b mut Builder<'de>);

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, 'de> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        let builder = self.0;
        match builder.shape.next() {
            Some(Kind::Sequence) => deserializer.deserialize_seq(SequenceVisitor(builder)),
            Some(Kind::Mapping) => deserializer.deserialize_map(MappingVisitor(builder)),
            Some(Kind::Scalar) => deserializer.deserialize_str(TextVisitor(builder)).map(Node::Scalar),
            Some(Kind::Null) | None => {
                deserializer.deserialize_str(TextVisitor(builder)).map(|text| Node::Null(text.span))
            }
        }
    }
}

struct TextVisitor<'b, 'de>(&'b mut Builder<'de>);

impl<'de> Visitor<'de> for TextVisitor<'_, 'de> {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a single value")
    }

    fn visit_borrowed_str<E: de::Error>(self, part: &'de str) -> Result<Scalar<'de>, E> {
        Ok(self.0.borrowed(part))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar<'de>, E> {
        Ok(self.0.copied(value))
    }
}

struct SequenceVisitor<'b, 'de>(&'b mut Builder<'de>);

impl<'de> Visitor<'de> for SequenceVisitor<'_, 'de> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(NodeSeed(&mut *self.0))? {
            items.push(item);
        }
        Ok(self.0.sequence(items))
    }
}

struct MappingVisitor<'b, 'de>(&'b mut Builder<'de>);

impl<'de> Visitor<'de> for MappingVisitor<'_, 'de> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(NodeSeed(&mut *self.0))? {
            let key = self.0.key(key);
            entries.push((key, access.next_value_seed(NodeSeed(&mut *self.0))?));
        }
        Ok(self.0.mapping(entries))
    }
}
