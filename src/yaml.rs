//! Reading YAML safely, with the place of every part; everything that is YAML comes through here.
//!
//! [`read`] turns a text into a tree of [`Node`]s. Three things set it apart from deserializing into structs:
//! every scalar keeps the text that was written (`010`, `no`, `1.10` and `0x50` stay what they are), every part
//! knows its [`Span`], and what is wrong becomes findings instead of one error.
//!
//! The work is done in three passes, each of them linear:
//! 1. [`guard`] scans the bytes for what would make the parser slow;
//! 2. `shape` learns which nodes are scalars, lists and mappings, and bounds what aliases expand to;
//! 3. `build` reads again, now asking for the *text* of every scalar. Asking in the second pass only is what keeps
//!    the text: a parser that is asked for "anything" answers a plain `010` or `0x50` with a value.

mod build;
mod error;
mod guard;
mod near;
mod node;
mod shape;
mod write;

pub use guard::{MAX_BYTES, MAX_CHAIN, MAX_EXPANDED, MAX_FLOW_DEPTH, MAX_INDENT, guard};
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
/// follows it), or all duplicate keys, merge keys and keys that are not scalars. An empty text is an error too.
pub fn read(source: SourceId, text: &str) -> Result<Node<'_>, Vec<Finding>> {
    guard(source, text).map_err(|finding| vec![finding])?;
    let shape = shape::of(source, text).map_err(|finding| vec![finding])?;
    if shape.is_empty() {
        return Err(vec![empty(source)]);
    }
    build::tree(source, text, shape)
}

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
