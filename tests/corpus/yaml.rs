//! Sample policies of Aerleon and tasks of Ansible's collection for ASA: how their terms and entries are understood.

use super::{files, folder};
use fwproof::finding::Code;
use fwproof::format::{Companion, Companions, FORMATS, Input, ReadOptions, Reading};
use fwproof::source::Sources;
use std::path::Path;

/// Exact, opaque and rejected terms of each policy. Of `arista_tp`, `k8s` and `proxmox` nothing is known, so that all their
/// terms are open.
const POLICIES: [(&str, [usize; 3]); 9] = [
    ("sample_arista_tp_yaml", [0, 39, 0]),
    ("sample_cisco_lab_yaml", [6, 0, 0]),
    ("sample_fortigate", [4, 0, 0]),
    ("sample_ipset_yaml", [3, 0, 0]),
    ("sample_k8s_yaml", [0, 10, 0]),
    ("sample_paloalto_yaml", [4, 3, 0]),
    ("sample_proxmox", [0, 5, 0]),
    ("sample_srx_yaml", [3, 0, 0]),
    ("sample_test", [1, 0, 0]),
];

fn companion(sources: &mut Sources, path: &Path, name: &str) -> Companion {
    let text = std::fs::read_to_string(path).unwrap();
    Companion { name: name.to_owned(), source: sources.add(name, text.as_str()), text: text.into() }
}

fn read(sources: &mut Sources, format: &str, text: &str, options: &ReadOptions) -> Reading {
    let format = FORMATS.iter().find(|row| row.name == format).unwrap();
    assert!((format.recognises)(text));
    let source = sources.add("input", text);
    (format.read)(Input { source, name: "input", text }, options)
}

fn counts(reading: &Reading) -> [usize; 3] {
    [reading.tally.exact, reading.tally.opaque, reading.tally.rejected]
}

#[test]
fn sample_policies_of_aerleon_are_read() {
    let Some(folder) = folder("yaml/aerleon+aerleon") else { return };
    let mut sources = Sources::new();
    let definitions = Some(vec![companion(&mut sources, &folder.join("def__naming.yaml"), "naming.yaml")]);
    let parts = ["arista_terms_include.yaml", "untrusted-networks-blocking.yaml"];
    let part = |name: &&str| {
        companion(&mut sources, &folder.join(format!("policies__includes__{name}")), &format!("includes/{name}"))
    };
    let includes = parts.iter().map(part).collect();
    let companions = Companions { definitions, includes };
    let options = ReadOptions { date: "2026-01-01".to_owned(), companions, ..ReadOptions::default() };
    for (name, expected) in POLICIES {
        let text = std::fs::read_to_string(folder.join(format!("policies__pol__{name}.yaml"))).unwrap();
        let reading = read(&mut sources, "aerleon", &text, &options);
        assert_eq!(counts(&reading), expected, "{name}");
        assert!(reading.findings.is_empty(), "{name}: {:?}", reading.findings);
    }
}

/// The names of the lists that a file describes, as the finding about several of them says.
fn names(reading: &Reading) -> Vec<String> {
    let several =
        reading.findings.iter().find_map(|f| f.message.strip_prefix("the file describes several access lists: "));
    several.map_or_else(Vec::new, |list| list.split(", ").map(|name| name.trim_matches('`').to_owned()).collect())
}

#[test]
fn tasks_of_ansible_are_read_or_said_to_be_no_policy() {
    let Some(folder) = folder("yaml/ansible-collections+cisco.asa") else { return };
    let (mut lists, mut no_policy, mut total) = (0, 0, [0; 3]);
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sources = Sources::new();
        let first = read(&mut sources, "ansible", &text, &ReadOptions::default());
        let named = names(&first).into_iter().map(|name| {
            let options = ReadOptions { acl: Some(name), ..ReadOptions::default() };
            read(&mut sources, "ansible", &text, &options)
        });
        let mut readings: Vec<Reading> = named.collect();
        if readings.is_empty() && !first.bases.is_empty() {
            readings.push(first);
        } else if readings.is_empty() {
            assert!(first.findings.iter().all(|f| f.code == Code::NoRuleBase), "{path:?}: {:?}", first.findings);
            no_policy += 1;
        }
        lists += readings.len();
        for reading in readings {
            assert!(reading.findings.iter().all(|f| f.code == Code::UndefinedName), "{path:?}: {:?}", reading.findings);
            total.iter_mut().zip(counts(&reading)).for_each(|(sum, count)| *sum += count);
        }
    }
    assert_eq!((lists, no_policy, total), (12, 21, [17, 6, 0]));
}
