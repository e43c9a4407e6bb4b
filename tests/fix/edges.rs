//! Files as they come: other line ends, byte order marks, comments, brackets, and files without a last line end. What is
//! written is read again, and all that was there is still there.

use std::path::Path;

const CHAINS: &str = "# who may go out
filter:
  FORWARD:
    policy: DROP
    rules:
      - -m conntrack --ctstate ESTABLISHED -j ACCEPT  # answers
      # the block of QUIC
      - -p udp --dport 443 -j DROP
      - -s 10.1.0.0/16 -j ACCEPT
";
const COMMANDS: &str = "- \"-A FORWARD -p udp --dport 443 -j DROP\"\n- \"-A FORWARD -s 10.1.0.0/16 -j ACCEPT\"\n\
                        - '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'\n- '-P FORWARD DROP'";
const BRACKETS: &str = "policies: {FORWARD: DROP}\nrules: [ # commands\n\t'-A FORWARD -p udp --dport 443 -j DROP',\t'-A FORWARD -s \
                        10.1.0.0/16 -j ACCEPT',\n\t'-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT' ]\n";
const FACTS: &str = "{\"acls\": [{\"name\": \"OUT\", \"aces\": [
  {\"grant\": \"deny\", \"protocol\": \"udp\", \"source\": {\"any\": true}, \"destination\": {\"any\": true, \"port_protocol\": {\"eq\": \"443\"}}},
  {\"grant\": \"permit\", \"protocol\": \"ip\", \"source\": {\"any\": true}, \"destination\": {\"any\": true}}]}]}";
const NO_RULES: &str = "filter:\n  INPUT: [-j DROP]\n  FORWARD:\n    policy: DROP\n    rules: [ ]  # closed\n";
const NO_RULE: &str = "policies: {FORWARD: DROP}\nrules:\n- -A INPUT -j DROP\n";
const NO_ENTRIES: &str = "acls:\n- name: OUT\n  aces: []\n";
const TERMS: &str = "filters:
- header:
    targets: {speedway: FORWARD DROP}
  terms:
  - name: no-quic   # web over TCP can be filtered
    protocol: udp
    destination-port: 443
    action: deny
  - name: all
    source-address: 10.1.0.0/16
    action: accept
  - {name: answers, option: established, action: accept}";
const NATIVE: &str = "{\"fwproof\": 1, \"default\": \"deny\", \"rules\": [\n  {\"action\": \"deny\", \"proto\": \"udp\", \"ports\": [443]},\n  \
                      {\"action\": \"permit\", \"from\": [\"10.1.0.0/16\"]}\n]}\n";
const LIST: &str = "[{source: 0.0.0.0/0, destination: 0.0.0.0/0, protocol: udp, port: 443, action: deny},\n {source: 10.1.0.0/16, \
                    destination: 0.0.0.0/0, protocol: any, action: allow}]\n";
const TERMS_IN_BRACES: &str = "{filters: [{header: {targets: {cisco: OUT}}, terms: [{name: no-quic, protocol: udp, \
                               destination-port: 443, action: deny}, {name: 'a }', action: accept}]}]}\n";

fn run(command: &str, file: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut program = assert_cmd::Command::cargo_bin("fwproof").unwrap();
    let arguments = ["--service", "dns", "--from", "10.1.0.0/16", "--date", "2026-01-01", "--no-project"];
    let output = program.arg(command).arg(file).args(arguments).args(more).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// Writes the fix, and holds the new bytes against the old ones.
fn mended(name: &str, old: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, old).unwrap();
    assert_eq!(run("check", &file, &[]).0, Some(1), "{name} is broken");
    let (code, said) = run("fix", &file, &["--write"]);
    assert_eq!(code, Some(0), "{name}: {said}\n{}", String::from_utf8_lossy(old));
    let new = std::fs::read(&file).unwrap();
    let (code, said) = run("check", &file, &[]);
    assert_eq!(code, Some(0), "{name}: {said}\n{}", String::from_utf8_lossy(&new));
    new
}

#[test]
fn what_was_there_is_still_there() {
    for (name, text) in [
        ("chains.yaml", CHAINS),
        ("commands.yaml", COMMANDS),
        ("brackets.yaml", BRACKETS),
        ("facts.json", FACTS),
        ("terms.yaml", TERMS),
        ("braces.yaml", TERMS_IN_BRACES),
        ("native.json", NATIVE),
        ("list.yaml", LIST),
    ] {
        for (mark, ends) in [("", "\n"), ("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
            let old = format!("{mark}{}", text.replace('\n', ends));
            let new = String::from_utf8(mended(name, old.as_bytes())).unwrap();
            assert!(new.starts_with(mark) && new.matches('\u{feff}').count() == mark.len() / 3, "{new:?}");
            assert!(new.matches('\n').count() == new.matches(ends).count(), "{new:?}");
            // In order, letter by letter.
            let mut left = new.chars();
            assert!(old.chars().all(|letter| left.any(|other| other == letter)), "{old}\n{new}");
        }
    }
}

/// The diff and the files are those of the policy and of its definitions.
#[test]
fn definitions_are_written_beside_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let (policy, names) = (folder.path().join("policy.yaml"), folder.path().join("def/names.yaml"));
    std::fs::create_dir(folder.path().join("def")).unwrap();
    let old = "networks:\n  OFFICE:\n    values:\n    - address: 10.1.0.0/16\n";
    std::fs::write(&names, old).unwrap();
    let text = "filters:\n- header: {targets: {cisco: OUT}}\n  terms:\n  - {name: web, source-address: OFFICE, protocol: icmp, \
                action: accept}\n";
    std::fs::write(&policy, text).unwrap();
    let definitions = folder.path().join("def").display().to_string();
    let run =
        |command, more: &[&str]| run(command, &policy, &[&["--definitions", definitions.as_str()], more].concat());
    let (code, said) = run("fix", &["--commands"]);
    assert!(code == Some(0) && said.contains("policy.yaml is rendered for the device: use --write"), "{said}");
    assert_eq!(run("fix", &["--write"]).0, Some(0));
    assert_eq!(run("check", &[]).0, Some(0));
    let new = std::fs::read_to_string(&names).unwrap();
    assert!(new.starts_with(old) && new.contains("\nservices:\n  REQUIRED-"), "{new}");
    let new = std::fs::read_to_string(&policy).unwrap();
    assert!(
        new.starts_with(text) && new.contains("source-address: OFFICE, destination-address: REQUIRED-SERVERS"),
        "{new}"
    );
}

#[test]
fn json_stays_json() {
    for (name, text) in [("facts.json", FACTS), ("native.json", NATIVE)] {
        serde_json::from_slice::<serde_json::Value>(&mended(name, text.as_bytes())).unwrap();
    }
}

#[test]
fn an_empty_list_gets_its_first_rules() {
    let text = |new: Vec<u8>| String::from_utf8(new).unwrap();
    let new = text(mended("closed.yaml", NO_RULES.as_bytes()));
    assert!(new.contains("    rules: [\n      '-s 10.1.0.0/16 -d ") && new.ends_with("ACCEPT']  # closed\n"), "{new}");
    let new = text(mended("input.yaml", NO_RULE.as_bytes()));
    assert!(new.starts_with(NO_RULE) && new.contains("\n- -A FORWARD -s 10.1.0.0/16 "), "{new}");
}

/// An access list without entries is none, and what a first entry would deny is not known to be denied now.
#[test]
fn a_list_that_is_not_there_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.yaml");
    std::fs::write(&file, NO_ENTRIES).unwrap();
    assert_eq!(run("fix", &file, &["--write"]).0, Some(3));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), NO_ENTRIES);
}

#[test]
fn what_is_not_one_document_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.yaml");
    let two = format!("{CHAINS}---\n{CHAINS}");
    std::fs::write(&file, &two).unwrap();
    assert_eq!(run("fix", &file, &["--write"]).0, Some(2));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), two);
}
