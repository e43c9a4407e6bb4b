//! Texts that hold commands of iptables as items of lists.

use crate::format::yaml::recognise::{first_line, has_key, is_key};

/// Is it YAML, and do items of its lists begin like rules of iptables?
pub(super) fn recognises(text: &str) -> bool {
    let Some((first, rest)) = first_line(text) else { return false };
    let shape = first.starts_with(['{', '[']) || first.starts_with("- ") || is_key(first);
    shape && !has_key(text, "fwproof") && (rest.lines().any(|line| items(line).any(is_command)) || chains(rest))
}

/// Chains by their names, with rules that only say what they match.
fn chains(text: &str) -> bool {
    let built_in = ["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING"];
    let jumps = |item: &str| item.starts_with('-') && (item.contains(" -j ") || item.starts_with("-j "));
    built_in.iter().any(|chain| has_key(text, chain)) && text.lines().any(|line| items(line).any(jumps))
}

/// What may be an item of a list on this line: behind `- `, behind `- |` on a line of its own, or in brackets.
fn items(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim();
    let block = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let inside = line.split(['[', ',']).skip(1).map(str::trim);
    std::iter::once(block).chain(inside).map(|item| item.trim_start_matches(['\'', '"']))
}

fn is_command(item: &str) -> bool {
    let mut words = item.split_whitespace().skip_while(|word| matches!(*word, "sudo" | "-w"));
    let first = words.next().unwrap_or("");
    let command = match first.rsplit('/').next() {
        Some("iptables" | "ip6tables") => words.find(|word| !matches!(*word, "-w" | "-t" | "filter" | "nat")),
        _ => Some(first),
    };
    matches!(command, Some("-A" | "-I" | "--append" | "--insert")) && words.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_commands_are_known() {
        for text in [
            "rules: ['-A INPUT -j DROP']\n",
            "rules:\n  - -A FORWARD -p udp -j ACCEPT\n",
            "- \"-A FORWARD -j DROP\"\n",
            "filter:\n  FORWARD:\n    policy: DROP\n    rules:\n      - -p udp -j ACCEPT\n",
            "rules:\n- iptables -w -A FORWARD -j DROP\n",
        ] {
            assert!(recognises(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "- {source: any, destination: any, action: deny}\n",
            "*filter\n-A FORWARD -j DROP\n",
            "tasks:\n- name: -A\n",
            "",
        ] {
            assert!(!recognises(text), "{text}");
        }
    }
}
