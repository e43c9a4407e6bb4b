//! Lists of a YAML text, found in its tree.

use super::lines::{Line, lines};
use crate::source::Sources;
use crate::yaml::{Node, read_beside_tags};

/// The tree of a text, by whose spans places are found.
pub(super) fn tree(text: &str) -> Option<Node<'_>> {
    read_beside_tags(Sources::new().add("", ""), text).ok()
}

/// The first lines of the items of a list; nothing where it is not written line by line, each item behind its `- `.
pub(super) fn item_lines<'t>(text: &'t str, items: &[Node<'_>]) -> Option<Vec<Line<'t>>> {
    let all: Vec<Line<'t>> = lines(text).collect();
    let line = |item: &Node<'_>| {
        let head = item.head().start as usize;
        let line = all.get(all.partition_point(|line| line.next <= head)).copied()?;
        let between = text.get(line.start + line.indent()..head)?.strip_prefix('-')?.trim();
        (between.is_empty() || matches!(between, "'" | "\"" | "{" | "[") || between.starts_with('&')).then_some(line)
    };
    let found = items.iter().map(line).collect::<Option<Vec<_>>>()?;
    let indent = found.first()?.indent();
    found.iter().all(|line| line.indent() == indent).then_some(found)
}

/// The list with an item that holds this byte, and which of its items that is.
pub(super) fn list_around<'n, 't>(node: &'n Node<'t>, at: usize) -> Option<(&'n [Node<'t>], usize)> {
    match node {
        Node::Null(_) | Node::Scalar(_) => None,
        Node::Mapping(map) => map.entries.iter().find_map(|(_, value)| list_around(value, at)),
        Node::Sequence(items, _) => {
            let holds = |item: &Node<'_>| (item.span().start as usize..item.span().end as usize).contains(&at);
            let index = items.iter().position(holds)?;
            list_around(items.get(index)?, at).or(Some((items, index)))
        }
    }
}
