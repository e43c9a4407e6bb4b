//! Lists of chains that have no rules yet.

use crate::fix::items::closing;
use crate::policy::Chain;
use crate::source::Span;
use crate::yaml::{Node, Scalar};
use std::ops::Range;

/// The bytes of the empty brackets in which rules of a chain would stand: `CHAIN: []`, or `rules: []` below the chain.
pub(super) fn brackets(text: &str, tree: &Node<'_>, chain: &Chain, name: &str) -> Option<Range<usize>> {
    let map = tree.as_mapping()?;
    let own = map.entries.iter().filter(|(key, value)| key.text == name && declares(key, value, chain.span));
    let mut lists = own.filter_map(|(key, value)| match value {
        Node::Mapping(below) => below.entry("rules").map(|(key, value)| (key, value)),
        _ => Some((key, value)),
    });
    let empty = lists.find(|(_, list)| list.as_sequence().is_some_and(<[_]>::is_empty));
    let here = empty.and_then(|(key, _)| behind(text, key));
    here.or_else(|| map.entries.iter().find_map(|(_, value)| brackets(text, value, chain, name)))
}

/// Does the place of a chain lie in a key or what stands below it?
fn declares(key: &Scalar<'_>, value: &Node<'_>, at: Span) -> bool {
    key.span.start <= at.start && at.end <= value.span().end.max(key.span.end)
}

fn behind(text: &str, key: &Scalar<'_>) -> Option<Range<usize>> {
    let rest = text.get(key.span.end as usize..)?;
    let open = key.span.end as usize + rest.find('[')?;
    let end = closing(text, open)? + 1;
    let is_empty = text.get(open + 1..end - 1)?.trim().is_empty();
    let is_next = rest.get(..open - key.span.end as usize)?.chars().all(|c| c.is_whitespace() || "\"':".contains(c));
    (is_empty && is_next).then_some(open..end)
}
