//! What to type on the device for a change of its rule set.

mod cisco;
mod iptables;

use crate::format::{ReadOptions, ansible, rule_lines};
use crate::space::Family;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The commands that make the change from one text of a format to another, in the order in which they are typed.
/// Nothing where no device takes them: a YAML rule set is a file.
pub fn commands(format: &str, families: &[Family], options: &ReadOptions, old: &str, new: &str) -> Option<Vec<String>> {
    let shown = |text: &str| match format {
        "ansible" => ansible::as_configuration(text, options),
        "iptables-yaml" => rule_lines::as_dump(text),
        _ => Some(text.to_owned()),
    };
    let (old, new) = (shown(old)?, shown(new)?);
    let (old, new) = (split(&old), split(&new));
    match format {
        "iptables" | "iptables-yaml" => Some(iptables::commands(families, &old, &new)),
        "asa" | "ansible" => Some(cisco::commands(&old, &new, false)),
        "ios" => Some(cisco::commands(&old, &new, true)),
        // Each added line of a file of ipset is what `ipset` takes.
        "ipset" => Some(changes(&old, &new).iter().filter_map(added).map(|line| format!("ipset {line}")).collect()),
        _ => None,
    }
}

/// Why there are no commands for a format, as what is said of a file: `office.yaml is ...`.
pub fn without_commands(format: &str) -> &'static str {
    match format {
        "aerleon" | "definitions" => "is rendered for the device: use --write, and render it anew",
        "iptables-yaml" => "holds commands that do more than append, so no rule has a number here: use --write",
        _ => "is a file and no device: use --write",
    }
}

/// The sign that begins a comment in commands for a format.
pub fn comment_sign(format: &str) -> &'static str {
    if matches!(format, "asa" | "ios" | "ansible") { "!" } else { "#" }
}

fn split(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).collect()
}

/// One changed line, by its places in the old and the new text.
enum Changed<'t> {
    Added {
        at: usize,
        line: &'t str,
    },
    Removed {
        at: usize,
        line: &'t str,
    },
    /// Another line stands in its place.
    Replaced {
        old: &'t str,
        at: usize,
        line: &'t str,
    },
}

fn added<'t>(change: &Changed<'t>) -> Option<&'t str> {
    if let Changed::Added { line, .. } = change { Some(line) } else { None }
}

/// The changed lines in the order of the new text.
fn changes<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Changed<'t>> {
    let mut all = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let gone = old.get(op.old_range()).unwrap_or_default();
        let come = new.get(op.new_range()).unwrap_or_default();
        let paired = if gone.len() == come.len() { gone.len() } else { 0 };
        let (from, to) = (op.old_range().start, op.new_range().start);
        all.extend(gone.iter().enumerate().skip(paired).map(|(n, line)| Changed::Removed { at: from + n, line }));
        for (n, line) in come.iter().enumerate() {
            let at = to + n;
            all.push(match gone.get(n).filter(|_| paired > 0) {
                Some(old) => Changed::Replaced { old, at, line },
                None => Changed::Added { at, line },
            });
        }
    }
    all
}

#[cfg(test)]
mod tests;
