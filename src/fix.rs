//! What to write instead: lines in the rule set's own format that let a lost flow pass, and where to put them.
//!
//! A proposal is text first (a person follows it by hand) and edits second (so that the program can follow it too):
//! [`apply`] makes the mended text, and only what [`proved`] or a [`Retrial`] confirms should be shown as a fix.

mod aerleon;
mod ansible;
mod asa;
mod commands;
mod ios;
mod iptables;
mod items;
mod lines;
mod list;
mod member;
mod pass;
pub mod plan;
mod proof;
mod revive;
mod rule_lines;
mod yaml;

pub(crate) use asa::term as asa_term;
pub use commands::{commands, comment_sign, without_commands};
pub use member::membership;
pub use pass::Pass;
pub(crate) use pass::plain;
pub(crate) use proof::proved_together;
pub use proof::{Retrial, proved};
pub use revive::revival;

use crate::finding::Change;
use crate::policy::{Conversation, Leg, Policy, RuleRef};
use crate::source::{SourceId, Span};
use crate::space::PacketSet;
use crate::verify::Verdict;

/// What is lost at one place.
#[derive(Debug, Clone)]
pub struct Loss<'a> {
    /// What holds of the packets.
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
    /// The line that decides.
    pub at: Span,
    /// The rule of that line, or the chain's end.
    pub rule: Option<RuleRef>,
    /// The jumps that led to it, outermost first.
    pub path: &'a [Span],
    /// The rule base of the witness.
    pub policy: &'a Policy,
    /// The conversations by their first packets, one set for each family that is hit.
    pub packets: Vec<PacketSet>,
    /// One of the conversations.
    pub witness: &'a Conversation,
}

/// Lines that mend a loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The lines, valid in the format of the rule set; no final line end.
    pub text: String,
    /// Where they belong: `insert above line 14`.
    pub place: String,
    /// The same as changes of the text.
    pub edits: Vec<Edit>,
    /// Permits that the text holds, switched off; the edits switch them on. Empty where lines are added.
    pub asleep: Vec<Span>,
    /// What a reader should know before using it, as that the permit is wider than the flow.
    pub remark: Option<String>,
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// At this byte of the text.
    pub at: usize,
    /// So many bytes are taken out.
    pub remove: usize,
    /// And this comes in their place; whole lines with their line ends where nothing is taken out.
    pub insert: String,
}

impl Edit {
    /// The text that comes in, behind this one: new lines begin on a line of their own, also where the last line of
    /// the text has no end.
    ///
    /// `ends` are the line ends of the text.
    fn inserted_after(&self, before: &str, ends: &str) -> String {
        let unended = self.remove == 0 && !matches!(before, "" | lines::BOM) && !before.ends_with('\n');
        let text = if unended { format!("\n{}", self.insert) } else { self.insert.clone() };
        if ends == "\n" { text } else { text.replace('\n', ends) }
    }

    /// New lines before the line that begins at a byte.
    pub(crate) fn lines(at: usize, lines: &[String]) -> Edit {
        Edit { at, remove: 0, insert: lines::block(lines) }
    }
}

impl Proposal {
    /// Lines to add at one place.
    fn adding(lines: Vec<String>, at: usize, place: String) -> Proposal {
        let edits = vec![Edit::lines(at, &lines)];
        Proposal { text: lines.join("\n"), place, edits, asleep: Vec::new(), remark: None }
    }

    /// The edits as changes of the text that they were made for.
    pub fn changes(&self, source: SourceId, text: &str) -> Vec<Change> {
        let ends = lines::ends(text);
        let change = |edit: &Edit| {
            let (start, end) = (edit.at as u32, (edit.at + edit.remove) as u32);
            Change {
                span: Span { source, start, end },
                text: edit.inserted_after(text.get(..edit.at).unwrap_or(""), ends),
            }
        };
        self.edits.iter().map(change).collect()
    }
}

/// What a writer needs.
struct Job<'a> {
    loss: &'a Loss<'a>,
    passes: Vec<Pass>,
    text: &'a str,
    /// Of a dump of iptables.
    tables: Option<&'a iptables::Outline<'a>>,
}

/// Proposes what to write in one text of a rule set.
pub struct Writing<'a> {
    format: &'a str,
    text: &'a str,
    /// Worked out once for all losses.
    tables: Option<iptables::Outline<'a>>,
}

type Writer = fn(&Job<'_>) -> Option<Proposal>;

/// The formats that fixes can be written in, by the names of their readers.
const WRITERS: &[(&str, Writer)] = &[
    ("iptables", iptables::write),
    ("asa", asa::write),
    ("ios", ios::write),
    ("aerleon", aerleon::write),
    ("ansible", ansible::write),
    ("iptables-yaml", rule_lines::write),
    ("yaml", yaml::write),
    ("yaml-list", list::write),
];

impl<'a> Writing<'a> {
    /// For a text in the format of a reader.
    pub fn new(format: &'a str, text: &'a str) -> Writing<'a> {
        let tables = matches!(format, "iptables" | "ip6tables").then(|| iptables::Outline::of(text));
        Writing { format, text, tables }
    }

    /// What to write so that the lost packets pass; nothing where the format has no writer, or the place is not one
    /// where a permit could help (a security level, a translation of an ASA). Not yet proved.
    pub fn proposal(&self, loss: &Loss<'_>) -> Option<Proposal> {
        let writer = WRITERS.iter().find(|w| w.0 == self.format)?.1;
        let (passes, widened) = pass::passes(&loss.packets);
        let proposal = writer(&Job { loss, passes, text: self.text, tables: self.tables.as_ref() })?;
        let remark = (widened && loss.leg == Leg::Opening)
            .then(|| "the destinations are widened to whole blocks to keep the lines few".to_owned());
        Some(Proposal { remark: proposal.remark.clone().or(remark), ..proposal })
    }
}

/// The permits that lost packets ask for, in words that fit any format.
pub fn in_words(packets: &[PacketSet]) -> Vec<String> {
    pass::passes(packets).0.iter().map(Pass::in_words).collect()
}

/// The text with the edits made. Equal edits are made once; those at one place keep their order.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut ordered: Vec<&Edit> = Vec::new();
    for edit in edits {
        if !ordered.contains(&edit) {
            ordered.push(edit);
        }
    }
    ordered.sort_by_key(|edit| edit.at);
    let mut out = String::with_capacity(text.len() + 256);
    let mut done = 0;
    let ends = lines::ends(text);
    for edit in ordered {
        out.push_str(text.get(done..edit.at).unwrap_or(""));
        out.push_str(&edit.inserted_after(&out, ends));
        done = done.max(edit.at + edit.remove);
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests;
