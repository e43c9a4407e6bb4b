use super::*;
use std::collections::HashSet;

#[test]
fn names_are_unique_in_each_family_and_options_in_each_row() {
    for all in
        [matches::MATCHES.iter().chain(more_matches::MATCHES).collect::<Vec<_>>(), targets::TARGETS.iter().collect()]
    {
        let mut seen = HashSet::new();
        for extension in all {
            for family in [Family::V4, Family::V6].into_iter().filter(|f| extension.family.is_none_or(|e| e == *f)) {
                assert!(seen.insert((extension.name, family)), "{}", extension.name);
            }
            let named: Vec<&str> =
                extension.options.iter().flat_map(|o| o.aliases.iter().copied().chain([o.name])).collect();
            assert_eq!(named.iter().collect::<HashSet<_>>().len(), named.len(), "{}", extension.name);
        }
    }
}

#[test]
fn rows_speak_only_of_options_that_they_have() {
    for extension in matches::MATCHES.iter().chain(more_matches::MATCHES).chain(targets::TARGETS) {
        let lists = extension.wants.iter().chain(extension.one_of).copied();
        let lists = lists.chain(extension.options.iter().flat_map(|o| [o.with, o.after]));
        for name in lists.flatten() {
            assert!(extension.options.iter().any(|o| o.name == *name), "{} {name}", extension.name);
        }
    }
}
