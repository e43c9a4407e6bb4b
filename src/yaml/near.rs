//! Which known name a mistyped one may have meant.

/// The candidate that is nearest to `word` in letters, if one is near enough to be a slip of the finger:
/// at most a third of the letters differ. Case counts for nothing.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let near = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    near.filter(|&(distance, _)| distance <= limit).min_by_key(|&(distance, _)| distance).map(|(_, name)| name)
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    // Words are short: a table of all prefixes is simpler than rolling rows, and `get` keeps it free of panics.
    let width = b.len() + 1;
    let mut table = vec![0; (a.len() + 1) * width];
    for row in 0..=a.len() {
        for column in 0..width {
            let cost = cell(&a, &b, &table, row, column);
            if let Some(slot) = table.get_mut(row * width + column) {
                *slot = cost;
            }
        }
    }
    table.last().copied().unwrap_or(0)
}

fn cell(a: &[char], b: &[char], table: &[usize], row: usize, column: usize) -> usize {
    if row == 0 || column == 0 {
        return row + column;
    }
    let at = |row: usize, column: usize| table.get(row * (b.len() + 1) + column).copied().unwrap_or(0);
    let differ = usize::from(a.get(row - 1) != b.get(column - 1));
    let best = (at(row - 1, column) + 1).min(at(row, column - 1) + 1).min(at(row - 1, column - 1) + differ);
    let swapped = row > 1 && column > 1 && a.get(row - 1) == b.get(column - 2) && a.get(row - 2) == b.get(column - 1);
    if swapped { best.min(at(row - 2, column - 2) + 1) } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_found_and_other_words_are_not() {
        let known = ["action", "from", "to", "proto", "ports"];
        for (word, meant) in [
            ("acton", Some("action")),
            ("Action", Some("action")),
            ("form", Some("from")),
            ("port", Some("ports")),
            ("protocol", None),
            ("banana", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }

    #[test]
    fn distances_count_single_edits() {
        for (a, b, edits) in [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("london", "londn", 1), ("ab", "cd", 2)] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }
}
