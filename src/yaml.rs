//! Reading YAML safely, with the place of every part; everything that is YAML comes through here.
//!
//! [`read`] turns a text into a tree of [`Node`]s. Three things set it apart from deserializing into structs:
//! every scalar keeps the text that was written (`010`, `no`, `1.10` and `0x50` stay what they are), every part
//! knows its [`Span`], and what is wrong becomes findings instead of one error.
//!
//! The work is done in passes, each of them linear:
//! 1. [`guard`] scans the bytes for what would make the parser slow;
//! 2. `once` lets the parser read the text and builds the tree at the same time. A parser that is asked for "anything"
//!    answers a plain `0x50` or `1.10` with a value, so the letters of such a scalar are taken from the text behind the
//!    scalar before it, and held against the value.
//! 3. Where that may not find them (aliases repeat what stands elsewhere), `shape` learns which nodes are scalars, lists
//!    and mappings, and bounds what aliases expand to; then `build` reads again, now asking for the text of every scalar.

mod anchors;
mod build;
mod error;
mod guard;
mod letters;
mod near;
mod node;
mod once;
mod scan;
mod shape;
mod write;

pub use guard::{MAX_BYTES, MAX_CHAIN, MAX_EXPANDED, MAX_FLOW_DEPTH, MAX_INDENT, Seen, guard};
pub use near::nearest;
pub use node::{Mapping, Node, Scalar};
pub use write::{Value, write};

use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};

/// Reads one YAML document.
///
/// `source` must be the text's own id: the spans are made with it. Strings borrow from `text` where they can.
///
/// # Errors
/// Everything that keeps the text from being read: a syntax error (always one, as nothing can be said about what
/// follows it), or all duplicate keys, merge keys and keys that are not scalars. An empty text is an error too, and a
/// tag that YAML does not define (`!include`): what it makes of its node is not known.
pub fn read(source: SourceId, text: &str) -> Result<Node<'_>, Vec<Finding>> {
    let seen = guard(source, text).map_err(|finding| vec![finding])?;
    match seen.tag {
        Some(at) => Err(vec![strange_tag(text, at)]),
        None => tree(source, text, seen),
    }
}

/// The same with every tag passed over, for files that are mostly about something else.
///
/// # Errors
/// As for [`read`], but for tags.
pub fn read_beside_tags(source: SourceId, text: &str) -> Result<Node<'_>, Vec<Finding>> {
    tree(source, text, guard(source, text).map_err(|finding| vec![finding])?)
}

fn tree(source: SourceId, text: &str, seen: Seen) -> Result<Node<'_>, Vec<Finding>> {
    match if seen.refers { once::Attempt::Lost } else { once::tree(source, text) } {
        once::Attempt::Read(tree) => tree,
        once::Attempt::Lost => in_two_passes(source, text),
    }
}

fn strange_tag(text: &str, at: Span) -> Finding {
    let tag = text.get(at.start as usize..at.end as usize).unwrap_or("");
    Finding::new(Code::InvalidYaml, format!("the tag `{tag}` is not one of YAML"))
        .at(at, "what it makes of the value is not known")
        .help("write out what it stands for")
}

fn in_two_passes(source: SourceId, text: &str) -> Result<Node<'_>, Vec<Finding>> {
    let shape = shape::of(source, text).map_err(|finding| vec![finding])?;
    if shape.is_empty() {
        return Err(vec![empty(source)]);
    }
    build::tree(source, text, shape)
}

/// The parser takes a byte order mark for a character of the first line, on which `---` then begins no document.
fn parser(text: &str) -> serde_yaml::Deserializer<'_> {
    serde_yaml::Deserializer::from_str(text.strip_prefix(BOM).unwrap_or(text))
}

const BOM: char = '\u{feff}';

fn empty(source: SourceId) -> Finding {
    let start = Span { source, start: 0, end: 0 };
    Finding::new(Code::InvalidYaml, "the text is empty").at(start, "nothing but blanks and comments")
}

/// A text as JSON, for tests that hold files against a JSON Schema.
#[cfg(test)]
pub(crate) fn to_json(text: &str) -> serde_json::Value {
    serde_yaml::from_str(text).unwrap()
}

#[cfg(test)]
mod tests;
