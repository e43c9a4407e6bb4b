//! Which of the changed lines are needed: each is taken back in turn, and stays so if nothing is lost by it.

use super::Task;
use super::ground::Ground;
use super::outside::{Beside, Compared, compare};
use crate::fix::lines::BOM;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Of more changed lines than this, no single one is tried.
const MAX_LINES: usize = 400;

/// The texts with only the changes that the required flows need, and no more than this beside them.
pub(super) fn needed(task: &Task<'_>, start: &Ground, ground: &Ground, beside: Beside) -> Vec<String> {
    let mut texts = ground.texts.clone();
    for index in 0..texts.len() {
        let Some(old) = start.texts.get(index) else { continue };
        let mut tried = 0;
        // From the end, as what stands behind may rest on what stands before: members before the head of their group.
        while let Some(fewer) = texts.get(index).and_then(|new| without(old, new, tried)) {
            let mut candidate = texts.clone();
            if let Some(slot) = candidate.get_mut(index) {
                *slot = fewer;
            }
            if holds(task, start, ground, &candidate, beside) {
                texts = candidate
            } else {
                tried += 1
            }
            if tried > MAX_LINES {
                break;
            }
        }
    }
    texts
}

fn holds(task: &Task<'_>, start: &Ground, full: &Ground, texts: &[String], beside: Beside) -> bool {
    let Some(ground) = start.changed(task, texts.to_vec()) else { return false };
    ground.reads_like(start)
        && ground.permits_all()
        && super::exemption::as_wanted(task, start, full, &ground)
        && matches!(compare(task, start, &ground), Compared::Same(also) if also.is_within(beside))
}

/// The new text with one of its changes taken back: the one so many changes before the last.
fn without(old: &str, new: &str, skipped: usize) -> Option<String> {
    // The mark belongs to the text, whatever its first line is.
    if let (Some(old), Some(new)) = (old.strip_prefix(BOM), new.strip_prefix(BOM)) {
        return without(old, new, skipped).map(|fewer| format!("{BOM}{fewer}"));
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let (range, instead) = ops.iter().rev().flat_map(|op| pieces(op, &new)).nth(skipped)?;
    let before = new.get(..range.start)?.iter();
    let after = new.get(range.end..)?.iter();
    Some(before.chain(old.get(instead)?).chain(after).copied().collect())
}

type Piece = (std::ops::Range<usize>, std::ops::Range<usize>);

/// The changes of an operation one by one, from the last: ranges of the new lines, and of the old ones in their place. A new
/// line with others indented below it is an item, and goes with these first.
fn pieces(op: &DiffOp, new: &[&str]) -> Vec<Piece> {
    match *op {
        DiffOp::Equal { .. } => Vec::new(),
        DiffOp::Insert { old_index, new_index, new_len } => {
            let end = new_index + new_len;
            let below = |at: usize| at + 1 + indented_below(new.get(at..end).unwrap_or_default());
            let of_line = |at| [(below(at) > at + 1).then_some(at..below(at)), Some(at..at + 1)];
            let ranges = (new_index..end).rev().flat_map(of_line).flatten();
            ranges.map(|range| (range, old_index..old_index)).collect()
        }
        DiffOp::Delete { old_index, old_len, new_index } => {
            (old_index..old_index + old_len).rev().map(|at| (new_index..new_index, at..at + 1)).collect()
        }
        // As many lines for as many are changes of lines; others are taken back as a whole.
        DiffOp::Replace { old_index, old_len, new_index, new_len } if old_len == new_len => {
            let pair = |n| (new_index + n..new_index + n + 1, old_index + n..old_index + n + 1);
            (0..old_len).rev().map(pair).collect()
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            let whole = (new_index..new_index + new_len, old_index..old_index + old_len);
            let each = (new_index..new_index + new_len).rev().map(|at| (at..at + 1, old_index..old_index));
            std::iter::once(whole).chain(each).collect()
        }
    }
}

/// How many lines are indented deeper than the first one, below it.
fn indented_below(lines: &[&str]) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let [first, rest @ ..] = lines else { return 0 };
    rest.iter().take_while(|line| indent(line) > indent(first)).count()
}
