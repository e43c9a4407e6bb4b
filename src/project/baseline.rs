//! Findings that are accepted as they are: packets by file, requirement and verdict.
//!
//! An entry covers its packets and no others, so a finding that grows is new by what it grew. It holds no place in a
//! text and no absolute path: lines may move, and the file means the same on every machine.

use super::packets::Packets;
use super::reader::Reader;
use crate::finding::Finding;
use crate::source::SourceId;
use crate::verify::Verdict;
use crate::yaml::{self, Node, Scalar};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The keys of each mapping.
mod keys {
    pub const BASELINE: &[&str] = &["fwproof_baseline", "accepted"];
    pub const ACCEPTED: &[&str] = &["file", "requirement", "verdict", "packets"];
}

/// The only version of the schema.
const VERSION: &str = "1";

/// What the head of a file says.
const HEAD: &str = "\
# What `fwproof check` found when this file was written, and does not count. Anything beyond these packets is new.
# `fwproof check --write-baseline` writes the file anew.
";

/// Which part of a run an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Accepted {
    /// The file of the rule set, from the folder of the baseline, with slashes.
    pub file: String,
    /// The id of the requirement.
    pub requirement: String,
    /// What holds of the packets: denied, intercepted or undecided. What becomes worse is new.
    pub verdict: Verdict,
}

/// The entries of a baseline, in a stable order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The packets of each entry, never none.
    pub entries: BTreeMap<Accepted, Vec<Packets>>,
}

const VERDICTS: [Verdict; 3] = [Verdict::Denied, Verdict::Intercepted, Verdict::Undecided];

impl Baseline {
    /// Is the text a baseline, as far as its keys tell?
    pub fn recognises(text: &str) -> bool {
        text.lines().any(|line| line.starts_with("fwproof_baseline:"))
    }

    /// Reads a baseline; `source` must be the text's own id.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(source: SourceId, text: &str) -> Result<Baseline, Vec<Finding>> {
        let root = yaml::read(source, text)?;
        let mut reader = Reader::default();
        let mut baseline = Baseline::default();
        if let Some(top) = reader.mapping(&root, "a baseline", keys::BASELINE) {
            reader.version(top, "fwproof_baseline", VERSION, "a baseline");
            let entries = reader.each(top.get("accepted"), "`accepted`", accepted);
            for (entry, packets) in entries {
                baseline.entries.entry(entry).or_default().extend(packets);
            }
        }
        if reader.findings.is_empty() { Ok(baseline) } else { Err(reader.findings) }
    }

    /// The file, in YAML.
    pub fn to_yaml(&self) -> String {
        let mut out = format!("{HEAD}fwproof_baseline: {VERSION}\n");
        out += if self.entries.is_empty() { "accepted: []\n" } else { "accepted:\n" };
        for (entry, packets) in &self.entries {
            let _ = writeln!(out, "- file: {}", scalar(&entry.file));
            let _ = writeln!(out, "  requirement: {}", scalar(&entry.requirement));
            let _ = writeln!(out, "  verdict: {}", entry.verdict.name());
            out += "  packets:\n";
            let mut lines: Vec<String> = packets.iter().map(Packets::to_string).collect();
            lines.sort();
            lines.dedup();
            lines.iter().for_each(|line| out += &format!("  - {}\n", scalar(line)));
        }
        out
    }
}

fn accepted(reader: &mut Reader, node: &Node) -> Option<(Accepted, Vec<Packets>)> {
    let map = reader.mapping(node, "an entry", keys::ACCEPTED)?;
    let file = reader.required(map, "file", "an entry");
    let requirement = reader.required(map, "requirement", "an entry");
    let verdict = reader.note(map.require("verdict", "an entry"));
    let verdict = verdict.map(|node| node.expect_scalar("`verdict`").and_then(verdict_of));
    let verdict = verdict.and_then(|verdict| reader.note(verdict));
    let packets = reader.note(map.require("packets", "an entry"))?;
    let packets = reader.packets(packets);
    Some((Accepted { file: file?.text, requirement: requirement?.text, verdict: verdict? }, packets))
}

fn verdict_of(scalar: &Scalar) -> Result<Verdict, Finding> {
    let found = VERDICTS.into_iter().find(|verdict| verdict.name() == scalar.text);
    found.ok_or_else(|| scalar.unknown_value("a verdict that can be accepted", &VERDICTS.map(Verdict::name)))
}

/// A text as YAML: as it is where nothing in it can be taken for something else, else in double quotes, which take
/// JSON's escapes (YAML 1.2, section 7.3.1).
pub fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/@+-".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let word = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if begins && !word && text.chars().all(plain) {
        return text.to_owned();
    }
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.chars().map(|c| if c.is_ascii() || c.is_alphanumeric() { c.to_string() } else { escaped(c) }).collect()
}

/// What may turn a line around, or hide in it.
fn escaped(c: char) -> String {
    let number = u32::from(c);
    if number > 0xffff { format!("\\U{number:08x}") } else { format!("\\u{number:04x}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn read(text: &str) -> Result<Baseline, Vec<Finding>> {
        let mut sources = Sources::new();
        let source = sources.add("b.yaml", text);
        Baseline::read(source, sources.text(source))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let entry =
            |file: &str, verdict| Accepted { file: file.to_owned(), requirement: "swg@new-york".into(), verdict };
        let packets = |lines: &[&str]| lines.iter().map(|line| line.parse().unwrap()).collect::<Vec<Packets>>();
        let hostile = "../a\"b: #c\n- 'd\u{1b}\u{2028}\u{202e}\u{e0001}ü.v4";
        let baseline = Baseline {
            entries: BTreeMap::from([
                (
                    entry("a.v4", Verdict::Denied),
                    packets(&["tcp 10.0.0.0/8 > 9.9.9.9:443", "udp 10.0.0.0/8 > 9.9.9.9"]),
                ),
                (entry("a.v4", Verdict::Undecided), packets(&["tcp [fd00::/8]:1-9 > [2620::1]:80"])),
                (entry(hostile, Verdict::Denied), packets(&["gre 10.0.0.0/8 > 9.9.9.9"])),
                (entry("no", Verdict::Denied), packets(&["gre 10.0.0.0/8 > 9.9.9.9"])),
            ]),
        };
        let text = baseline.to_yaml();
        assert_eq!(read(&text), Ok(baseline), "{text}");
        assert!(!text.contains(['\u{202e}', '\u{e0001}', '\u{1b}']), "{text}");
        assert!(Baseline::recognises(&text) && read(&text).unwrap().to_yaml() == text);
        assert_eq!(read(&Baseline::default().to_yaml()), Ok(Baseline::default()));
        assert_eq!(read(&text.replace('\n', "\r\n").replace("\r\n- 'd", "\n- 'd")).map(|b| b.entries.len()), Ok(4));
    }

    #[test]
    fn mistakes_are_findings() {
        let wrong = |entry: &str| {
            let text = format!("fwproof_baseline: 1\naccepted:\n- {{{entry}}}\n");
            read(&text).unwrap_err().iter().map(|f| f.message.clone()).collect::<Vec<_>>().join("; ")
        };
        assert!(
            wrong("file: a, requirement: b, verdict: permitted, packets: 'udp 10.0.0.0/8 > any'").contains("verdict")
        );
        assert!(wrong("file: a, requirement: b, verdict: denied, packets: []").contains("at least one line"));
        assert!(wrong("file: a, requirement: b, verdict: denied").contains("needs the key `packets`"));
        assert!(wrong("file: a, verdict: denied, packets: 'x'").contains("needs the key `requirement`"));
        assert!(read("fwproof_baseline: 2\n").unwrap_err()[0].message.contains("a version that is known"));
    }
}
