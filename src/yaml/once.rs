//! The tree in one pass of the parser.

use super::build::Builder;
use super::guard::MAX_EXPANDED;
use super::letters;
use super::node::{Node, Scalar};
use crate::finding::Finding;
use crate::source::SourceId;
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What came of it.
pub(super) enum Attempt<'a> {
    /// The text was read, or is not valid.
    Read(Result<Node<'a>, Vec<Finding>>),
    /// The letters of some scalar were not found.
    Lost,
}

/// Builds the tree of a text that has neither aliases nor tags, as far as its guard can tell.
pub(super) fn tree(source: SourceId, text: &str) -> Attempt<'_> {
    let limit = text.len() / 2 + MAX_EXPANDED;
    let builder = Builder::new(source, text);
    let mut once = Once { builder, items: Vec::new(), entries: Vec::new(), lost: false, nodes: 0, limit };
    let node = DeserializeSeed::deserialize(&mut once, super::parser(text));
    match node {
        _ if once.lost => Attempt::Lost,
        Ok(None) => Attempt::Read(Err(vec![super::empty(source)])),
        Ok(Some(node)) => Attempt::Read(once.builder.finish(Ok(node))),
        Err(error) => Attempt::Read(once.builder.finish(Err(error))),
    }
}

struct Once<'de> {
    builder: Builder<'de>,
    /// Members of the collections that are open; each gets a list of its exact length when it closes.
    items: Vec<Node<'de>>,
    entries: Vec<(Scalar<'de>, Node<'de>)>,
    lost: bool,
    nodes: usize,
    limit: usize,
}

impl<'de> Once<'de> {
    fn lose<T, E: de::Error>(&mut self) -> Result<T, E> {
        self.lost = true;
        Err(E::custom("the letters of a scalar were not found"))
    }

    /// Counts a node; aliases that the guard did not see could make too many of them.
    fn count<E: de::Error>(&mut self) -> Result<(), E> {
        self.nodes += 1;
        if self.nodes > self.limit { self.lose() } else { Ok(()) }
    }

    /// A scalar of which only the value is known; `says` tells whether letters say that value.
    fn letters<E: de::Error>(&mut self, says: impl Fn(&str) -> bool) -> Result<Option<Node<'de>>, E> {
        self.count()?;
        let found = letters::next(self.builder.text, self.builder.cursor).filter(|word| says(word));
        match found.filter(|_| self.builder.exact) {
            Some(word) => Ok(Some(Node::Scalar(Scalar { quoted: false, ..self.builder.borrowed(word) }))),
            None => self.lose(),
        }
    }

    fn nothing(&mut self) -> Node<'de> {
        let (text, cursor) = (self.builder.text, self.builder.cursor);
        let word = letters::next(text, cursor).filter(|word| letters::NOTHING.contains(word));
        if let Some(word) = word.filter(|_| self.builder.exact) {
            return Node::Null(self.builder.borrowed(word).span);
        }
        let at = letters::behind_indicator(text, cursor);
        self.builder.cursor = at;
        Node::Null(self.builder.span(at, at))
    }
}

impl<'de> DeserializeSeed<'de> for &mut Once<'de> {
    type Value = Option<Node<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Once<'de> {
    /// `None` only where the text holds no document.
    type Value = Option<Node<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_borrowed_str<E: de::Error>(self, part: &'de str) -> Result<Self::Value, E> {
        self.count()?;
        Ok(Some(Node::Scalar(self.builder.borrowed(part))))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        self.count()?;
        Ok(Some(Node::Scalar(self.builder.copied(value))))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.letters(|word| word.eq_ignore_ascii_case(if value { "true" } else { "false" }))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.letters(|word| letters::integer(word) == Some(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.letters(|word| letters::integer(word) == Some(value.into()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Self::Value, E> {
        self.letters(|word| letters::integer(word).and_then(|read| u128::try_from(read).ok()) == Some(value))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Self::Value, E> {
        self.letters(|word| letters::integer(word) == Some(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        self.letters(|word| letters::float(word).is_some_and(|read| read.to_bits() == value.to_bits()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        self.count()?;
        Ok(Some(self.nothing()))
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        self.lose()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        self.count()?;
        let first = self.items.len();
        while let Some(item) = access.next_element_seed(&mut *self)? {
            self.items.extend(item);
        }
        let items = self.items.split_off(first);
        Ok(Some(self.builder.sequence(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        self.count()?;
        let first = self.entries.len();
        while let Some(key) = access.next_key_seed(Key(&mut *self))? {
            let value = access.next_value_seed(&mut *self)?;
            self.entries.extend(value.map(|value| (key, value)));
        }
        let entries = self.entries.split_off(first);
        Ok(Some(self.builder.mapping(entries)))
    }
}

/// A key is a text in nearly every file, and asking for one is cheaper than asking for anything. Where it is something
/// else, the answer is an error, and the text is read in two passes.
struct Key<'o, 'de>(&'o mut Once<'de>);

impl<'de> DeserializeSeed<'de> for Key<'_, 'de> {
    type Value = Scalar<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar<'de>, D::Error> {
        self.0.count()?;
        let Key(once) = self;
        let key = deserializer.deserialize_str(KeyVisitor(&mut once.builder)).inspect_err(|_| once.lost = true)?;
        let nothing = !key.quoted && (key.text.is_empty() || letters::NOTHING.contains(&key.text.as_ref()));
        Ok(once.builder.key(if nothing { Node::Null(key.span) } else { Node::Scalar(key) }))
    }
}

struct KeyVisitor<'o, 'de>(&'o mut Builder<'de>);

impl<'de> Visitor<'de> for KeyVisitor<'_, 'de> {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: de::Error>(self, part: &'de str) -> Result<Scalar<'de>, E> {
        Ok(self.0.borrowed(part))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar<'de>, E> {
        Ok(self.0.copied(value))
    }
}
