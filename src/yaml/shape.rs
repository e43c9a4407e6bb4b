//! The first of two passes: which nodes are scalars, lists and mappings, in the order in which they are met.

use super::error;
use super::guard::MAX_EXPANDED;
use crate::finding::Finding;
use crate::source::{SourceId, Span};
use serde::de::{self, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess};
use std::fmt;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Null,
    /// A text or a number.
    Scalar,
    /// A list.
    Sequence,
    /// A mapping.
    Mapping,
}

/// The kinds of all nodes, parents before children, aliases expanded; empty for an empty text.
pub(super) fn of(source: SourceId, text: &str) -> Result<Vec<Kind>, Finding> {
    // A node takes at least two bytes of text, so whatever exceeds that half is the work of aliases.
    let mut shape = Shape { kinds: Vec::new(), limit: text.len() / 2 + MAX_EXPANDED, empty: false };
    let parsed = de::DeserializeSeed::deserialize(&mut shape, super::parser(text));
    match parsed {
        _ if shape.kinds.len() > shape.limit => Err(error::too_many(Span { source, start: 0, end: 0 })),
        _ if shape.empty => Ok(Vec::new()),
        Ok(()) => Ok(shape.kinds),
        Err(error) => Err(error::finding(source, text, &error)),
    }
}

struct Shape {
    kinds: Vec<Kind>,
    limit: usize,
    empty: bool,
}

impl Shape {
    fn add<E: de::Error>(&mut self, kind: Kind) -> Result<(), E> {
        self.kinds.push(kind);
        if self.kinds.len() > self.limit { Err(E::custom("too many nodes")) } else { Ok(()) }
    }
}

impl<'de> de::DeserializeSeed<'de> for &mut Shape {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Scalars arrive as values here; only that they are scalars is kept.
macro_rules! scalars {
    ($($visit:ident $type:ty),*) => {
        $(fn $visit<E: de::Error>(self, _: $type) -> Result<(), E> { self.add(Kind::Scalar) })*
    };
}

impl<'de> de::Visitor<'de> for &mut Shape {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a node")
    }

    scalars!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_str &str);

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.add(Kind::Null)
    }

    /// Only a text without any document arrives as none.
    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.empty = true;
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.add(Kind::Sequence)?;
        while items.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.add(Kind::Mapping)?;
        while entries.next_key_seed(&mut *self)?.is_some() {
            entries.next_value_seed(&mut *self)?;
        }
        Ok(())
    }

    /// A node with a tag (`!vault text`) is taken for the node without it.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_, value) = tagged.variant::<IgnoredAny>()?;
        value.newtype_variant_seed(self)
    }
}
