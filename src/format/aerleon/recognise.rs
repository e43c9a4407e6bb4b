//! What is a policy, and what is only a part of one.

use crate::format::yaml::recognise::{first_line, has_key, is_key, window};

/// Are there filters with a header that names targets?
pub(super) fn policy(text: &str) -> bool {
    let Some((first, rest)) = first_line(text) else { return false };
    let start = window(rest);
    let here = first.starts_with("filters:") || first.starts_with('{') && has_key(start, "filters");
    let later = is_key(first) && start.contains("\nfilters:");
    (here || later) && (has_key(start, "header") || has_key(start, "include"))
}

/// Terms to include, or definitions of networks and services?
pub(in crate::format) fn part(text: &str) -> bool {
    let Some((first, rest)) = first_line(text) else { return false };
    let start = window(rest);
    let action = has_key(start, "action") && has_key(start, "name");
    let terms = first.starts_with("terms:") && action || first.starts_with("filters_include_only:");
    let defines = first.starts_with("networks:") && has_key(start, "values")
        || first.starts_with("services:") && has_key(start, "protocol") && has_key(start, "port");
    (terms || defines) && !policy(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_and_their_parts_are_told_from_other_texts() {
        let filters = "filters:\n- header:\n    targets: {cisco: edge}\n  terms:\n  - name: a\n    action: accept\n";
        assert!(policy(filters) && policy(&format!("# x\n---\n{filters}")) && !part(filters));
        assert!(policy("filters:\n- include: common.yaml\n"));
        for text in [
            "terms:\n- name: a\n  action: deny\n",
            "networks:\n  A:\n    values:\n    - address: 10.0.0.0/8\n",
            "services:\n  DNS:\n  - protocol: udp\n    port: 53\n",
        ] {
            assert!(part(text) && !policy(text), "{text}");
        }
        for text in ["filters: [a, b]\n", "- name: a\n  action: accept\n", "fwproof: 1\nservices: {}\n", ""] {
            assert!(!policy(text) && !part(text), "{text}");
        }
    }
}
