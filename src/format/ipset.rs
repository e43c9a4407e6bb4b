//! Sets of ipset, which rules of iptables refer to by name: what `ipset save` and `ipset list` print, and the scripts
//! that `ipset restore` takes.
//!
//! `reader` goes through the lines of `save`, `listing` through those of `list`; `kind` is the table of types,
//! `element` understands one entry, and `store` keeps the sets. A rule's question is answered in two steps: `area`
//! settles which addresses, ports and interfaces a set holds, and `packets` makes packets of them.

mod area;
mod element;
mod kind;
mod listing;
mod options;
mod packets;
mod paint;
mod reader;
mod store;
#[cfg(test)]
mod tests;

pub(in crate::format) use packets::{Answer, Question, Side};
pub use store::Sets;

use super::Input;
use crate::finding::{Code, Finding};

/// Does the text look like one that `ipset` wrote, or that `ipset restore` takes?
pub fn recognises(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_ascii_whitespace().filter(|w| !reader::is_global(w));
        let creates = words.next().is_some_and(|w| reader::command(w) == Some(reader::Command::Create));
        let named = |name: &str| kind::find(name).is_some();
        creates && words.nth(1).is_some_and(named) || line.strip_prefix("Type:").is_some_and(|t| named(t.trim()))
    })
}

/// Reads a companion file into the sets that are known already.
///
/// # Errors
///
/// The finding says why the text cannot be taken as a file of ipset at all.
pub fn read(input: Input<'_>, sets: &mut Sets, findings: &mut Vec<Finding>) -> Result<(), Box<Finding>> {
    const HELP: &str = "give the output of `ipset save`, run as root on the firewall";
    if !recognises(input.text) {
        let what = if input.text.trim().is_empty() { "is empty" } else { "is not a file of ipset" };
        let message = format!("`{}` {what}", input.name);
        return Err(Box::new(Finding::new(Code::UnknownFormat, message).help(HELP)));
    }
    let read = reader::read(input, findings);
    sets.join(read, findings);
    Ok(())
}
