//! Colors, where they are wanted.

use crate::finding::Severity;
use crate::verify::Verdict;

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy)]
pub struct Paint {
    /// Are colors wanted?
    pub color: bool,
}

const BOLD: &str = "1";
const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

impl Paint {
    fn with(self, style: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.with(BOLD, text)
    }

    /// Text in the color of a severity.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        let style = match severity {
            Severity::Error => RED,
            Severity::Warning => YELLOW,
            Severity::Note => CYAN,
        };
        self.with(style, text)
    }

    /// Text in the color of a verdict.
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        let style = match verdict {
            Verdict::Permitted => GREEN,
            Verdict::Undecided => YELLOW,
            Verdict::PartlyDenied | Verdict::Denied | Verdict::Intercepted => RED,
        };
        self.with(style, text)
    }
}
