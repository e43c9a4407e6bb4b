//! Policies of Aerleon in YAML, as Aerleon renders them for one target.
//!
//! A policy is written for several platforms, and what it does depends on the one that it is rendered for: what its end
//! does, whether answers pass by themselves, what `established` asks for. `target` knows that for each platform, `source`
//! finds the filters of the target with the terms that they include, `term` reads a term, `naming` the definitions that
//! its tokens stand for, and `lower` makes a policy of the filters.
//!
//! What is written here follows <https://aerleon.readthedocs.io/>, "YAML Policy File Spec" and "Generator Reference", and
//! the generators themselves where these say more.

mod filter;
mod keys;
mod lower;
mod matching;
mod naming;
mod options;
mod protocol;
mod recognise;
mod source;
mod target;
mod term;
#[cfg(test)]
mod tests;

pub use naming::{Named, named};
pub use source::{MAX_INCLUDES, includes};

use super::{Format, Input, ReadOptions, Reading};
use crate::finding::{Code, Finding};
use crate::policy::Condition;
use crate::yaml;
use naming::Book;
use source::Text;

/// The row of the table.
pub const FORMAT: Format = Format {
    name: "aerleon",
    about: "Aerleon policies in YAML (`filters:` with a header and terms)",
    recognises: recognise::policy,
    lists_interfaces: false,
    without_output: Some("one filter of the policy is judged, whichever packets pass it"),
    read,
};

pub(super) use recognise::part;

fn read(input: Input<'_>, options: &ReadOptions) -> Reading {
    let root = match yaml::read(input.source, input.text) {
        Ok(root) => root,
        Err(findings) => return Reading { findings, ..Reading::default() },
    };
    let (files, mut findings) = naming::files(options);
    let (parts, mut wrong) = source::parts(options);
    findings.append(&mut wrong);
    let mut book = Book::new(&files, options);
    let text = Text { source: input.source, text: input.text };
    let mut reading = match judged(&root, text, &parts, &mut book, options) {
        Ok(judged) => lower::reading(&judged, root.head(), options),
        Err(_) => Reading::default(),
    };
    findings.append(&mut book.reader.findings);
    findings.append(&mut reading.findings);
    findings.sort_by_key(|finding| finding.span().map(|span| (span.source, span.start)));
    Reading { findings, ..reading }
}

/// What of a policy is judged.
struct Judged {
    target: target::Target,
    filters: Vec<filter::Filter>,
    /// Why the text as a whole decides nothing, if so.
    unsure: Option<Condition>,
}

fn judged<'n>(
    root: &'n yaml::Node<'n>,
    text: Text<'n>,
    parts: &'n [source::Part<'n>],
    book: &mut Book<'_>,
    options: &ReadOptions,
) -> Result<Judged, String> {
    let top = book.reader.note(root.expect_mapping("the policy"))?;
    let items = book.reader.note(top.require("filters", "the policy"))?;
    let items = book.reader.note(items.expect_sequence("`filters`"))?;
    if items.is_empty() {
        return book.reader.fail(Finding::new(Code::EmptyRuleBase, "the policy has no filters").at(root.head(), ""));
    }
    let unknown = top.unknown_keys(&["filters", "filters_include_only"]).into_iter().map(Err).collect();
    let unsure = book.reader.all::<()>(unknown).err();
    let unsure = unsure.map(|text| Condition { text, span: root.head() });
    let all = source::filters(items, text, parts, 0, &mut book.reader)?;
    let names = source::targets(&all);
    let name = target::chosen(&names, options, root.head());
    let name = book.reader.note(name)?;
    let target = target::Target::named(&name);
    let filters = source::of_target(&all, parts, &target, options, book);
    let filters = filter::chosen(filters, &target, options, &mut book.reader)?;
    Ok(Judged { target, filters, unsure })
}
