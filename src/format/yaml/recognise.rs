//! Recognition by content: a look at the first line that says something, and a search for a few words.

use memchr::memmem;

/// How much of a text is searched for the keys of a flat list.
const WINDOW: usize = 8192;

/// Keys that say that an item is a rule about addresses.
const ADDRESS_KEYS: &[&str] = &[
    "source",
    "src",
    "source_ip",
    "source_address",
    "source_addresses",
    "from",
    "destination",
    "dst",
    "dest_ip",
    "destination_ip",
    "destination_address",
    "destination_addresses",
    "to",
];

/// Keys that say that it is something else: a playbook, or a policy of another tool.
const FOREIGN_KEYS: &[&str] = &["hosts", "tasks", "filters", "apiVersion", "acls", "services"];

/// Is there a key `fwproof` at the top?
pub(super) fn native(text: &str) -> bool {
    let Some((first, _)) = first_line(text) else { return false };
    if first.starts_with('{') {
        return has_key(window(text), "fwproof");
    }
    is_key(first) && (first.starts_with("fwproof:") || memmem::find(text.as_bytes(), b"\nfwproof:").is_some())
}

/// Is it a list of mappings with an action and addresses, at the top or under `rules`?
pub(super) fn list(text: &str) -> bool {
    let Some((first, rest)) = first_line(text) else { return false };
    let start = window(rest);
    let listed = match first.bytes().next() {
        Some(b'-') => first.starts_with("- ") || first == "-",
        Some(b'[') => true,
        Some(b'{') => has_key(start, "rules"),
        _ => is_key(first) && (first.starts_with("rules:") || start.contains("\nrules:")),
    };
    let has = |key: &&str| has_key(start, key);
    listed && !native(text) && has(&"action") && ADDRESS_KEYS.iter().any(has) && !FOREIGN_KEYS.iter().any(has)
}

/// The first line that is neither blank nor a comment nor the beginning of a document, and the text from there on.
pub(in crate::format) fn first_line(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        let line = rest.lines().next()?;
        let plain = line.trim();
        if !(plain.is_empty() || plain.starts_with('#') || plain.starts_with('%') || plain == "---") {
            return Some((plain, rest));
        }
        rest = rest.get(line.len()..)?.trim_start_matches(['\r', '\n']);
    }
}

pub(in crate::format) fn window(text: &str) -> &str {
    text.get(..text.floor_char_boundary(WINDOW)).unwrap_or(text)
}

/// Does the line begin with a plain or quoted key and a colon?
pub(in crate::format) fn is_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$' | '"' | '\'');
        !key.is_empty() && key.chars().all(letters) && (rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Does the word occur as a key, in quotes or not?
pub(in crate::format) fn has_key(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + key.len()..).unwrap_or("").trim_start_matches(['"', '\'']);
        before.is_none_or(|c| c.is_whitespace() || "{,\"'".contains(c)) && after.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_schema_is_known_by_its_keys() {
        for text in ["fwproof: 1\n", "# x\n---\nname: a\nfwproof: 1\n", "{\"fwproof\": 1, \"rules\": []}"] {
            assert!(native(text) && !list(text), "{text}");
        }
        for text in [
            "- {source: any, action: permit}\n",
            "-\n  action: deny\n  dst: 10.0.0.0/8\n",
            "name: x\nrules:\n  - action: allow\n    to: any\n",
            "[{\"src\": \"any\", \"action\": \"deny\"}]",
            "{\"rules\": [{\"src\": \"any\", \"action\": \"deny\"}]}",
        ] {
            assert!(list(text) && !native(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_claimed() {
        for text in [
            "",
            "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/8 -j DROP\n",
            "# action: source: x\n*filter\n",
            ": Saved\nhostname fw\naccess-list A extended permit ip any any\n",
            "services:\n  - id: a\n    flows: []\n",
            "- hosts: all\n  tasks:\n    - name: x\n      action: copy src=a\n      from: b\n",
            "filters:\n- header:\n  terms:\n  - name: a\n    action: accept\n    source: x\n",
            "rules: ['-A INPUT -j DROP']\n",
            "apiVersion: v1\nrules:\n- action: x\n  from: y\n",
        ] {
            assert!(!native(text) && !list(text), "{text}");
        }
        for text in [include_str!("../../../ingress-data/dns.yaml"), include_str!("../../../ingress-data/around.yaml")]
        {
            assert!(!native(text) && !list(text));
        }
    }
}
