//! Which known name a mistyped one may have meant.

use strsim::osa_distance;

/// The candidate that is nearest to `word` in letters, if one is near enough to be a slip of the finger:
/// at most a third of the letters differ, and at least one may. Case counts for nothing, and a swap of neighbours is one
/// slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let limit = (letters / 3).max(1);
    let as_long = |candidate: &&str| candidate.chars().count().abs_diff(letters) <= limit;
    let near = candidates.into_iter().filter(as_long);
    let near = near.map(|candidate| (osa_distance(&word, &candidate.to_lowercase()), candidate));
    near.filter(|&(distance, _)| distance <= limit).min_by_key(|&(distance, _)| distance).map(|(_, name)| name)
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
            ("prtoo", Some("proto")),
            ("banana", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
