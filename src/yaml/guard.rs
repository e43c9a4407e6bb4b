//! A scan of the bytes, before parsing, for what would cost the parser far more than the text is long.
//!
//! The parser's time grows with the square of the depth of flow collections: 200 KB of `[` take it 20 seconds. So
//! the depth is bounded here, in one linear pass. To know a bracket from a letter the scan follows the grammar as
//! far as it must: quotes, comments, block scalars, and plain scalars that go on over several lines.

use super::scan::Scan;
use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};

/// The longest text that is read.
pub const MAX_BYTES: usize = 64 << 20;
/// How deep `[` and `{` may be nested.
pub const MAX_FLOW_DEPTH: usize = 64;
/// How many lists or keys may begin on one line (`- - - x`).
pub const MAX_CHAIN: usize = 32;
/// The deepest indentation, in bytes.
pub const MAX_INDENT: usize = 512;
/// How many nodes aliases may add to those that are written.
pub const MAX_EXPANDED: usize = 2_000_000;

/// Checks a text against the limits, in time linear in its length.
///
/// A text that passes may still be invalid; whatever is invalid may pass.
///
/// # Errors
/// A limit is exceeded, a second document begins, or a line ends in a way that not every reader of YAML takes for one:
/// one finding at that place.
pub fn guard(source: SourceId, text: &str) -> Result<Seen, Finding> {
    if text.len() > MAX_BYTES {
        let start = Span { source, start: 0, end: 0 };
        let message = format!("the YAML text is longer than {} MiB", MAX_BYTES >> 20);
        return Err(Finding::new(Code::TooLarge, message).at(start, ""));
    }
    let span = |start: usize, end: usize| Span { source, start: start as u32, end: end as u32 };
    if let Some(at) = lone_return(text.as_bytes()) {
        return Err(Excess::LineEnd.finding(span(at, at + 1)));
    }
    let mut scan = Scan::new(text);
    scan.run().map_err(|excess| excess.finding(span(scan.at, scan.at + 1)))?;
    Ok(Seen { refers: scan.refers, tag: scan.tag.map(|(start, end)| span(start, end)) })
}

/// What the scan saw of a text that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Does it have aliases or tags?
    pub refers: bool,
    /// The first tag that YAML itself does not define.
    pub tag: Option<Span>,
}

/// A carriage return without a line feed: a line ends there for YAML, but not for reports.
fn lone_return(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\r', bytes).find(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// What was found to be too much.
pub(super) enum Excess {
    Flow,
    Chain,
    Indent,
    Document,
    Aliases,
    LineEnd,
}

impl Excess {
    fn finding(self, at: Span) -> Finding {
        let (code, message) = match self {
            Excess::Aliases => return super::error::too_many(at),
            Excess::LineEnd => return odd_line_end(at),
            Excess::Flow => (Code::TooLarge, format!("brackets are nested more than {MAX_FLOW_DEPTH} deep")),
            Excess::Chain => (Code::TooLarge, format!("more than {MAX_CHAIN} lists begin on one line")),
            Excess::Indent => (Code::TooLarge, format!("the indentation is deeper than {MAX_INDENT}")),
            Excess::Document => (Code::InvalidYaml, "a second document begins; only one is read".to_owned()),
        };
        let finding = Finding::new(code, message).at(at, "here");
        if matches!(code, Code::InvalidYaml) {
            finding.help("put each document into a file of its own")
        } else {
            finding
        }
    }
}

fn odd_line_end(at: Span) -> Finding {
    Finding::new(Code::InvalidYaml, "readers of YAML differ in whether a line ends here")
        .at(at, "a carriage return alone, or a line end of Unicode")
        .help("end lines with LF or CR LF, and put such a character into double quotes, as `\\r` or `\\u2028`")
}
