//! The keys of a rule under their native names, whichever alias was written.

use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};
use crate::yaml::{Mapping, Node, Scalar};

/// A key as it may be written, and its native name.
pub(in crate::format) type Alias = (&'static str, &'static str);

/// One field: its native name, the key that was written, and the value.
type Field<'n> = (&'static str, &'n Scalar<'n>, &'n Node<'n>);

/// The known keys of a mapping.
pub(in crate::format) struct Fields<'n> {
    all: Vec<Field<'n>>,
    /// Where a finding about the whole points.
    pub head: Span,
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&'n Node<'n>> {
        self.entry(name).map(|(_, node)| node)
    }

    /// The key as it was written, and its value.
    pub fn entry(&self, name: &str) -> Option<(&'n Scalar<'n>, &'n Node<'n>)> {
        self.all.iter().find(|field| field.0 == name).map(|field| (field.1, field.2))
    }

    /// Native name and written key of each.
    pub fn written(&self) -> impl Iterator<Item = (&'static str, &'n str)> {
        self.all.iter().map(|field| (field.0, field.1.text.as_ref()))
    }
}

impl<'n> Reader<'n> {
    /// Sorts the keys of a mapping; an unknown key, or two for the same, is the reason for which it is not understood.
    /// What is known is there in any case, so that its own mistakes are found too.
    pub(in crate::format) fn fields(&mut self, map: &'n Mapping<'n>, aliases: &[Alias]) -> (Fields<'n>, Read<()>) {
        let mut fields = Fields { all: Vec::with_capacity(map.entries.len()), head: map.head() };
        let mut state = Ok(());
        for (key, node) in &map.entries {
            let known = aliases.iter().find(|(alias, _)| *alias == key.text).map(|alias| alias.1);
            let step = match known {
                None => self.fail(unknown(key, aliases)),
                Some(name) => match fields.entry(name) {
                    Some((first, _)) => self.fail(twice(first, key)),
                    None => {
                        fields.all.push((name, key, node));
                        Ok(())
                    }
                },
            };
            state = state.and(step);
        }
        (fields, state)
    }
}

fn unknown(key: &Scalar, aliases: &[Alias]) -> Finding {
    let known: Vec<&str> = aliases.iter().map(|alias| alias.0).collect();
    let finding = key.unknown_key(&known);
    // A key of the flat list is not near to the native one in letters, but it is known what it would be.
    let elsewhere = super::list::RULE.iter().find(|(alias, _)| *alias == key.text).map(|alias| alias.1);
    match elsewhere.filter(|name| known.contains(name)) {
        Some(name) => finding.help(format!("this schema calls it `{name}`")),
        None => finding,
    }
}

fn twice(first: &Scalar, second: &Scalar) -> Finding {
    Finding::new(Code::InvalidValue, format!("`{}` and `{}` say the same thing", first.text, second.text))
        .at(second.span, "the second")
        .at(first.span, "the first")
        .help("keep one of them")
}

/// The first line of a mapping, from the first key to the end of the last value that ends on that line.
pub(in crate::format) fn first_line(source: SourceId, text: &str, map: &Mapping) -> Span {
    let head = map.head();
    let rest = text.get(head.start as usize..).unwrap_or("");
    let line_end = head.start + rest.find('\n').unwrap_or(rest.len()) as u32;
    let ends = map.entries.iter().map(|(_, value)| value.span().end);
    let end = ends.filter(|end| *end <= line_end).fold(head.end, u32::max);
    Span { source, start: head.start, end }
}
