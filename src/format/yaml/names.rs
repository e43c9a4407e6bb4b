//! Named networks and services, which may be made of each other.

use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::format::MAX_DEPTH;
use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar};
use std::collections::HashMap;

/// The most definitions that a mistyped name is compared with.
const COMPARED: usize = 1000;

/// Definitions by name; each is read once, when it is first used.
#[derive(Clone)]
pub(in crate::format) struct Names<'n, T> {
    slots: HashMap<&'n str, Slot<'n, T>>,
    /// How many definitions are being read: the depth of nesting.
    open: usize,
}

#[derive(Clone)]
struct Slot<'n, T> {
    key: Span,
    value: Value<'n, T>,
}

#[derive(Clone)]
enum Value<'n, T> {
    Unread(&'n Node<'n>),
    Open,
    Read(Read<T>),
}

impl<T> Default for Names<'_, T> {
    fn default() -> Self {
        Names { slots: HashMap::new(), open: 0 }
    }
}

/// One kind of names: what they are called, where they are kept, and how a definition is read.
pub(in crate::format) struct Kind<'n, T> {
    pub what: &'static str,
    pub names: for<'r> fn(&'r mut Reader<'n>) -> &'r mut Names<'n, T>,
    pub read: fn(&mut Reader<'n>, &'n Node<'n>) -> Read<T>,
}

impl<'n, T: Clone> Names<'n, T> {
    /// Names that a mistyped one is compared with: none while there are too many, as comparing costs time.
    fn near(&self) -> Vec<&'n str> {
        let mut known: Vec<&'n str> =
            if self.slots.len() > COMPARED { Vec::new() } else { self.slots.keys().copied().collect() };
        known.sort_unstable();
        known
    }

    /// Is the name defined?
    pub fn holds(&self, name: &str) -> bool {
        self.slots.contains_key(name)
    }

    /// The definitions of a mapping.
    pub fn define(&mut self, map: &'n Mapping<'n>) {
        for (key, node) in &map.entries {
            self.slots.insert(&key.text, Slot { key: key.span, value: Value::Unread(node) });
        }
    }
}

impl<'n> Reader<'n> {
    /// What a name stands for.
    pub(in crate::format) fn named<T: Clone>(&mut self, kind: &Kind<'n, T>, scalar: &Scalar) -> Read<T> {
        let names = (kind.names)(self);
        let depth = names.open;
        let Some((name, slot)) = names.slots.get_key_value(scalar.text.as_ref()) else {
            let known = names.near();
            return self.undefined(kind.what, scalar, known);
        };
        let (name, key) = (*name, slot.key);
        match &slot.value {
            Value::Read(value) => value.clone(),
            Value::Open => self.fail(circle(kind.what, scalar, key)),
            Value::Unread(_) if depth >= MAX_DEPTH => self.fail(too_deep(kind.what, scalar)),
            Value::Unread(node) => {
                let node: &'n Node<'n> = node;
                self.read_definition(kind, name, node)
            }
        }
    }

    fn read_definition<T: Clone>(&mut self, kind: &Kind<'n, T>, name: &'n str, node: &'n Node<'n>) -> Read<T> {
        (kind.names)(self).open += 1;
        self.keep(kind, name, Value::Open);
        let value = (kind.read)(self, node);
        (kind.names)(self).open -= 1;
        self.keep(kind, name, Value::Read(value.clone()));
        value
    }

    fn keep<T: Clone>(&mut self, kind: &Kind<'n, T>, name: &str, value: Value<'n, T>) {
        if let Some(slot) = (kind.names)(self).slots.get_mut(name) {
            slot.value = value;
        }
    }
}

fn circle(what: &str, scalar: &Scalar, key: Span) -> Finding {
    Finding::new(Code::ChainLoop, format!("the {what} `{}` is made of itself", scalar.text))
        .at(scalar.span, "used here, within its own definition")
        .at(key, "the definition")
        .help("take the name out of one of the definitions")
}

fn too_deep(what: &str, scalar: &Scalar) -> Finding {
    Finding::new(Code::TooLarge, format!("more than {MAX_DEPTH} {what}s are made of each other"))
        .at(scalar.span, "one too many")
}
