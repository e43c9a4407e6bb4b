//! The filters of a policy, with the filters and terms that other files hold for it.

use super::filter::Filter;
use super::naming::Book;
use super::target::Target;
use super::term::{self, Term};
use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::format::yaml::reader::{Read, Reader};
use crate::source::{SourceId, Span};
use crate::yaml::{self, Mapping, Node, Scalar};

/// How deep files may include each other (Aerleon documentation, "Includes").
pub const MAX_INCLUDES: usize = 5;

/// A text with its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'n> {
    pub source: SourceId,
    pub text: &'n str,
}

/// The names of the files that a text includes.
pub fn includes(text: &str) -> Vec<String> {
    let Ok(root) = yaml::read(crate::source::Sources::new().add("", ""), text) else { return Vec::new() };
    let mut names = Vec::new();
    for key in ["filters", "filters_include_only", "terms"] {
        for item in root.get(key).map_or(&[][..], Node::one_or_many) {
            let terms = item.get("terms").map_or(&[][..], Node::one_or_many);
            let all = std::iter::once(item).chain(terms);
            names.extend(
                all.filter_map(|item| item.get("include")?.as_scalar().map(|name| name.text.trim().to_owned())),
            );
        }
    }
    names
}

/// A file that may be included.
pub(super) struct Part<'n> {
    name: &'n str,
    text: Text<'n>,
    tree: Node<'n>,
}

/// The trees of all files to include, and what is wrong with those that have none.
pub(super) fn parts(options: &ReadOptions) -> (Vec<Part<'_>>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut parts = Vec::new();
    for file in &options.companions.includes {
        let text = Text { source: file.source, text: &file.text };
        match yaml::read(file.source, &file.text) {
            Ok(tree) => parts.push(Part { name: &file.name, text, tree }),
            Err(mut wrong) => findings.append(&mut wrong),
        }
    }
    (parts, findings)
}

/// A filter as it is written.
pub(super) struct Raw<'n> {
    targets: Option<&'n Mapping<'n>>,
    head: Span,
    terms: &'n [Node<'n>],
    text: Text<'n>,
}

/// All filters of a list, those of included files among them; `Err` where one of them cannot be read.
pub(super) fn filters<'n>(
    items: &'n [Node<'n>],
    text: Text<'n>,
    parts: &'n [Part<'n>],
    depth: usize,
    reader: &mut Reader<'_>,
) -> Read<Vec<Raw<'n>>> {
    let mut all = Vec::new();
    let mut state = Ok(());
    for item in items {
        let read = match included(item) {
            Some(name) => part(name, parts, depth, reader).and_then(|part| {
                let keys = ["filters", "filters_include_only"].into_iter();
                let found = keys.filter_map(|key| part.tree.get(key)).next();
                let node = reader.note(found.ok_or_else(|| holds_no(name, "filters")))?;
                let items = reader.note(node.expect_sequence("`filters`"))?;
                filters(items, part.text, parts, depth + 1, reader)
            }),
            None => filter(item, text, reader).map(|raw| vec![raw]),
        };
        match read {
            Ok(read) => all.extend(read),
            Err(why) => state = state.and(Err(why)),
        }
    }
    state.map(|()| all)
}

fn filter<'n>(item: &'n Node<'n>, text: Text<'n>, reader: &mut Reader<'_>) -> Read<Raw<'n>> {
    let map = reader.note(item.expect_mapping("a filter"))?;
    let unknown = map.unknown_keys(&["header", "terms"]).into_iter().map(Err).collect();
    reader.all::<()>(unknown)?;
    let header = reader.note(map.require("header", "a filter").and_then(|node| node.expect_mapping("`header`")))?;
    let keys = ["targets", "comment", "apply-groups", "apply-groups-except"];
    let unknown = header.unknown_keys(&keys).into_iter().map(Err).collect();
    reader.all::<()>(unknown)?;
    let targets =
        reader.note(header.require("targets", "a header").and_then(|node| node.expect_mapping("`targets`")))?;
    let terms = reader.note(map.require("terms", "a filter").and_then(|node| node.expect_sequence("`terms`")))?;
    if terms.is_empty() {
        return reader.fail(Finding::new(Code::EmptyRuleBase, "a filter has no terms").at(map.head(), ""));
    }
    Ok(Raw { targets: Some(targets), head: map.head(), terms, text })
}

/// The targets of all filters, in the order of first mention.
pub(super) fn targets(all: &[Raw<'_>]) -> Vec<(String, Span)> {
    let mut names: Vec<(String, Span)> = Vec::new();
    for (key, _) in all.iter().flat_map(|raw| raw.targets).flat_map(|map| &map.entries) {
        if !names.iter().any(|(name, _)| *name == key.text) {
            names.push((key.text.to_string(), key.span));
        }
    }
    names
}

/// The filters of a target with their terms.
pub(super) fn of_target<'n>(
    all: &[Raw<'n>],
    parts: &'n [Part<'n>],
    target: &Target,
    options: &ReadOptions,
    book: &mut Book<'_>,
) -> Vec<Filter> {
    let mut filters = Vec::new();
    for raw in all {
        let Some((key, value)) = raw.targets.and_then(|map| map.entry(&target.name)) else { continue };
        let mut terms = Vec::new();
        let mut reading = Terms { target, today: &options.date, parts, book };
        reading.read(raw.terms, raw.text, 0, &mut terms);
        let mut filter = Filter::read(target, key, value, &mut book.reader);
        (filter.terms, filter.head) = (terms, raw.head);
        filters.push(filter);
    }
    filters
}

/// Reading the terms of a filter.
struct Terms<'r, 'n, 'b> {
    target: &'r Target,
    today: &'r str,
    parts: &'n [Part<'n>],
    book: &'r mut Book<'b>,
}

impl<'n> Terms<'_, 'n, '_> {
    fn read(&mut self, items: &'n [Node<'n>], text: Text<'n>, depth: usize, out: &mut Vec<Term>) {
        for item in items {
            let Some(name) = included(item) else {
                out.push(term::read(item, text, self.target, self.today, self.book));
                continue;
            };
            match self.included(name, depth) {
                Ok((items, text)) => self.read(items, text, depth + 1, out),
                Err(why) => out.push(Term::unknown(name.span, why)),
            }
        }
    }

    fn included(&mut self, name: &Scalar<'n>, depth: usize) -> Read<(&'n [Node<'n>], Text<'n>)> {
        let part = part(name, self.parts, depth, &mut self.book.reader)?;
        let node = self.book.reader.note(part.tree.get("terms").ok_or_else(|| holds_no(name, "terms")))?;
        let items = self.book.reader.note(node.expect_sequence("`terms`"))?;
        Ok((items, part.text))
    }
}

/// The name behind the only key `include`.
fn included<'n>(item: &'n Node<'n>) -> Option<&'n Scalar<'n>> {
    match item.as_mapping()?.entries.as_slice() {
        [(key, value)] if key.text == "include" => value.as_scalar(),
        _ => None,
    }
}

fn part<'n>(name: &Scalar<'_>, parts: &'n [Part<'n>], depth: usize, reader: &mut Reader<'_>) -> Read<&'n Part<'n>> {
    if depth >= MAX_INCLUDES {
        let message = format!("files include each other more than {MAX_INCLUDES} deep");
        return reader.fail(Finding::new(Code::TooLarge, message).at(name.span, "one too many"));
    }
    let found = parts.iter().find(|part| part.name == name.text.trim());
    reader.note(found.ok_or_else(|| {
        let message = format!("the file `{}`, which is included, was not read", name.text.trim());
        let finding = Finding::new(Code::UndefinedName, message).at(name.span, "included here");
        finding.help("`--includes DIR` names the folder below which included files lie")
    }))
}

fn holds_no(name: &Scalar<'_>, what: &str) -> Finding {
    Finding::new(Code::InvalidValue, format!("the file `{}` holds no `{what}`", name.text.trim()))
        .at(name.span, "included here")
}
