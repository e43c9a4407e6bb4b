//! A project in a repository: three sites, a change that breaks a flow, a waiver, and its end.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Two flows to one server.
const FLOWS: &str = "\
services:
  - id: names
    flows:
      - {id: names-udp, proto: udp, ports: 53, why: names of the office}
      - {id: names-tcp, proto: tcp, ports: 53, why: long answers}
    destinations: [203.0.113.53]
";

/// Permits both flows from some clients, on an edge with iptables.
fn iptables(rules: &str) -> String {
    format!(
        "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n{rules}COMMIT\n"
    )
}

const UDP: &str = "-A FORWARD -s 10.1.0.0/16 -d 203.0.113.53/32 -p udp -m udp --dport 53 -j ACCEPT\n";
const TCP: &str = "-A FORWARD -s 10.1.0.0/16 -d 203.0.113.53/32 -p tcp -m tcp --dport 53 -j ACCEPT\n";

const ASA: &str = "\
ASA Version 9.16(4)
!
hostname depot
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 192.0.2.2 255.255.255.248
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.2.0.1 255.255.0.0
access-list IN extended permit udp 10.2.0.0 255.255.0.0 host 203.0.113.53 eq domain
access-list IN extended permit tcp 10.2.0.0 255.255.0.0 host 203.0.113.53 eq domain
access-list OUT extended permit icmp any4 any4 unreachable
access-group IN in interface inside
access-group OUT in interface outside
nat (inside,outside) after-auto source dynamic any interface
route outside 0.0.0.0 0.0.0.0 192.0.2.1 1
";

const YAML: &str = "\
fwproof: 1
default: deny
stateful: true
rules:
  - {name: names, action: allow, proto: [udp, tcp], from: 10.3.0.0/16, to: 203.0.113.53, ports: 53}
";

const PROJECT: &str = "\
version: 1
sites:
  - name: bakery
    rulesets: bakery/*.v4
    clients: [10.1.0.0/16]
  - name: depot
    rulesets: depot/*.cfg
    clients: [10.2.0.0/16]
  - name: kiosk
    rulesets: kiosk/**/*.yaml
    clients: [10.3.0.0/16]
defaults:
  requirements: flows.yaml
  no_default_requirements: true
";

const WAIVER: &str = "\
waivers:
  - requirement: names-udp
    ruleset: bakery/*
    reason: the bakery gets its own resolver
    owner: network team
    expires: 2026-06-30
";

struct Repository {
    folder: TempDir,
}

impl Repository {
    /// Three sites with nothing broken.
    fn new() -> Repository {
        let repository = Repository { folder: TempDir::new().unwrap() };
        repository.git(&["init", "--quiet", "."]);
        repository.write("fwproof.yaml", PROJECT);
        repository.write("flows.yaml", FLOWS);
        repository.write("bakery/edge.v4", &iptables(&format!("{UDP}{TCP}")));
        repository.write("depot/edge.cfg", ASA);
        repository.write("kiosk/hall/list.yaml", YAML);
        repository.git(&["add", "."]);
        repository
    }

    /// After a change that takes UDP away from the clients of the bakery, below a waiver of some text.
    fn broken(waivers: &str) -> Repository {
        let repository = Repository::new();
        repository.write("bakery/edge.v4", &iptables(TCP));
        repository.write("fwproof.yaml", &format!("{PROJECT}{waivers}"));
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = std::process::Command::new("git");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        assert!(git.current_dir(self.folder.path()).args(arguments).status().unwrap().success());
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Exit code, standard output and error of a run in a folder of the repository.
    fn run_in(&self, folder: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::cargo_bin("fwproof").unwrap();
        command.current_dir(self.path(folder)).args(arguments).env("NO_COLOR", "1").env("GITHUB_STEP_SUMMARY", "");
        let output = command.env_remove("SOURCE_DATE_EPOCH").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn check(&self, arguments: &[&str]) -> (i32, String) {
        let (code, out, error) = self.run_in(".", &[&["check", "--date", "2026-06-30"], arguments].concat());
        (code, out + &error)
    }

    fn lines(&self, arguments: &[&str]) -> (i32, String) {
        self.check(&[&["--output", "concise"], arguments].concat())
    }
}

const OUTPUTS: [&str; 9] = ["human", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"];

#[test]
fn a_whole_project_passes_from_any_folder_of_the_repository() {
    let repository = Repository::new();
    let (code, out, error) = repository.run_in(".", &["check", "--date", "2026-06-30"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    insta::assert_snapshot!("project-right", out);
    let (code, out, _) = repository.run_in("kiosk/hall", &["check", "--date", "2026-06-30", "--output", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let names: Vec<&str> =
        report["rule_sets"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["../../bakery/edge.v4", "../../depot/edge.cfg", "../../kiosk/hall/list.yaml"]);
    assert_eq!((code, &report["project"]), (0, &Value::from("../../fwproof.yaml")));
}

/// The exit code and every output, as long as the waiver holds and from the day after.
#[test]
fn a_waiver_is_seen_in_every_output_until_it_is_over() {
    let repository = Repository::broken(WAIVER);
    for (day, state, expected) in [("2026-06-30", "waived", 0), ("2026-07-01", "expired", 1)] {
        for output in OUTPUTS {
            let (code, out, error) = repository.run_in(".", &["check", "--date", day, "--output", output]);
            assert_eq!((code, error.as_str()), (expected, ""), "{day} {output}: {out}");
            match output {
                // Its pages of help are no part of this.
                "sarif" => {
                    let log: Value = serde_json::from_str(&out).unwrap();
                    insta::assert_json_snapshot!(format!("project-{state}-sarif"), log["runs"][0]["results"]);
                }
                _ => insta::assert_snapshot!(format!("project-{state}-{output}"), out),
            }
            let marks = ["waived", "suppressions", "skipped"];
            let is_told =
                if expected == 0 { marks.iter().any(|m| out.contains(m)) } else { out.contains("expired on") };
            assert!(is_told, "{day} {output}: {out}");
        }
    }
}

fn valid(schema: &str, value: &Value) -> bool {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(schema)).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(value)
}

#[test]
fn structured_outputs_tell_what_is_waived() {
    let repository = Repository::broken(WAIVER);
    let json: Value = serde_json::from_str(&repository.check(&["--output", "json"]).1).unwrap();
    assert!(valid("check.schema.json", &json));
    assert_eq!((&json["summary"]["waived"], &json["summary"]["required_failed"]), (&1.into(), &0.into()));
    let flow = json["results"].as_array().unwrap().iter().find(|r| r["waived"].is_object()).unwrap();
    assert_eq!((&flow["requirement"], &flow["verdict"]), (&"names-udp".into(), &"denied".into()));
    let sarif: Value = serde_json::from_str(&repository.check(&["--output", "sarif"]).1).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let errors: Vec<&Value> = results.iter().filter(|r| r["level"] == "error").collect();
    assert!(!errors.is_empty() && errors.iter().all(|r| r["suppressions"][0]["kind"] == "external"));
    let junit = junit_parser::from_reader(repository.check(&["--output", "junit"]).1.as_bytes()).unwrap();
    assert_eq!((junit.failures, junit.skipped), (0, 1));
}

#[test]
fn without_a_waiver_the_change_fails() {
    let (code, out) = Repository::broken("").lines(&[]);
    assert_eq!(code, 1, "{out}");
    assert!(out.starts_with("bakery/edge.v4:3:1: "), "{out}");
}

#[test]
fn a_waiver_of_packets_covers_just_these() {
    let waiver = |packets: &str| WAIVER.replace("    reason", &format!("    packets: {packets}\n    reason"));
    let half = Repository::broken(&waiver("udp 10.1.0.0/17 > 203.0.113.53:53"));
    let (code, out) = half.check(&["--output", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["summary"]["required_failed"]), (1, &1.into()), "{out}");
    let blocks = json["results"][0]["blocks"].as_array().unwrap();
    let sources = |waived: bool| {
        let own = blocks.iter().filter(|b| b["waived"].as_bool().unwrap_or(false) == waived);
        own.map(|b| b["src"].to_string()).collect::<Vec<_>>().join(" ")
    };
    assert!(sources(true).contains("10.1.0.0/17") && !sources(true).contains("10.1.128.0/17"), "{out}");
    assert!(sources(false).contains("10.1.128.0/17"), "{out}");
    let whole = Repository::broken(&waiver("[udp 10.1.0.0/17 > 203.0.113.53:53, udp 10.1.128.0/17 > any]"));
    assert_eq!(whole.check(&[]).0, 0);
}

#[test]
fn an_error_is_never_waived() {
    let repository = Repository::broken(WAIVER);
    repository.write("depot/edge.cfg", "");
    let (code, out) = repository.lines(&[]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("`depot/edge.cfg` is empty"), "{out}");
}

#[test]
fn a_waiver_of_nothing_warns_and_can_fail() {
    let repository = Repository::new();
    repository.write("fwproof.yaml", &format!("{PROJECT}{WAIVER}"));
    let (code, out) = repository.lines(&[]);
    assert_eq!(code, 0);
    assert!(out.contains("fwproof.yaml:16:5: waiver-unused"), "{out}");
    assert_eq!(repository.lines(&["--fail-on", "error"]).0, 0);
    assert_eq!(repository.lines(&["--fail-on", "warning"]).0, 1);
    repository.write("fwproof.yaml", &format!("{PROJECT}fail_on: error\nseverity: {{waiver-unused: error}}\n{WAIVER}"));
    assert_eq!(repository.lines(&[]).0, 1);
    assert_eq!(repository.lines(&["--fail-on", "none"]).0, 0);
    repository.write("fwproof.yaml", &format!("{PROJECT}severity: {{waiver-unused: off}}\n{WAIVER}"));
    assert!(!repository.lines(&[]).1.contains("waiver-unused"));
    let (_, out) = repository.lines(&["--site", "kiosk"]);
    assert!(!out.contains("waiver-unused"), "a part of the project says nothing of the rest: {out}");
}

#[test]
fn a_baseline_takes_what_is_there_and_not_what_grows() {
    let repository = Repository::broken("");
    repository.write("bakery/edge.v4", &iptables(&format!("{}{TCP}", UDP.replace("10.1.0.0/16", "10.1.0.0/17"))));
    let (code, out) = repository.check(&["--write-baseline"]);
    assert_eq!(code, 0, "{out}");
    let baseline = std::fs::read_to_string(repository.path("fwproof-baseline.yaml")).unwrap();
    insta::assert_snapshot!("project-baseline", baseline);
    assert_eq!(repository.check(&[]).0, 1, "nothing names it yet");
    repository.write("fwproof.yaml", &format!("{PROJECT}baseline: fwproof-baseline.yaml\n"));
    assert_eq!(repository.check(&[]).0, 0);
    repository
        .write("bakery/edge.v4", &iptables(&format!("# moved\n{}{TCP}", UDP.replace("10.1.0.0/16", "10.1.0.0/17"))));
    assert_eq!(repository.check(&[]).0, 0, "lines may move");
    repository.write("bakery/edge.v4", &iptables(&format!("{}{TCP}", UDP.replace("10.1.0.0/16", "10.1.0.0/18"))));
    let (code, out) = repository.check(&[]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("lost: UDP 53 from 10.1.64.0/18"), "what it grew by: {out}");
    repository.write("bakery/edge.v4", &iptables(&format!("{UDP}{TCP}")));
    let (code, out) = repository.lines(&[]);
    assert_eq!(code, 0);
    assert!(out.contains("baseline-unused"), "{out}");
    repository.write("depot/edge.cfg", "");
    let (code, out) = repository.check(&["--write-baseline"]);
    assert_eq!(code, 2, "{out}");
    assert_eq!(std::fs::read_to_string(repository.path("fwproof-baseline.yaml")).unwrap(), baseline, "kept");
    assert_eq!(repository.check(&["--write-baseline=flows.yaml"]).0, 2, "not written over");
}

#[test]
fn mistakes_in_the_file_are_told_at_their_place() {
    let repository = Repository::new();
    for (from, to, expected) in [
        ("rulesets: bakery", "ruleset: bakery", "fwproof.yaml:4:5: unknown-key"),
        ("bakery/*.v4", "bakery/*.v5", "fwproof.yaml:4:15: invalid-value `bakery/*.v5` matches no file"),
        ("bakery/*.v4", "../*.v4", "fwproof.yaml:4:15: invalid-value `../*.v4` leads out of the folder of the project"),
        ("10.1.0.0/16", "10.1.0.0/33", "fwproof.yaml:5:15: invalid-value"),
        ("flows.yaml", "flow.yaml", "fwproof.yaml:13:17: invalid-value cannot read `flow.yaml`"),
        (PROJECT, "", "fwproof.yaml:1:1: invalid-yaml"),
    ] {
        repository.write("fwproof.yaml", &PROJECT.replacen(from, to, 1));
        let (code, out) = repository.lines(&[]);
        assert_eq!(code, 2, "{to}: {out}");
        assert!(out.contains(expected), "{to}: {out}");
        assert_eq!(repository.check(&["--no-project", "kiosk/hall/list.yaml"]).0, 1, "only the shipped flows count");
    }
    std::fs::remove_file(repository.path("fwproof.yaml")).unwrap();
    let (code, out) = repository.check(&[]);
    assert_eq!(code, 2);
    assert!(out.contains("fwproof init"), "{out}");
}

/// One file in two sites is judged for each of them, under names of their own.
#[test]
fn two_sites_may_name_one_file() {
    let repository = Repository::new();
    let again = "  - {name: guests, rulesets: bakery/edge.v4, clients: 10.9.0.0/16}\n";
    repository.write("fwproof.yaml", &PROJECT.replace("defaults:", &format!("{again}defaults:")));
    let (code, out) = repository.check(&["--output", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    let names: Vec<&str> = json["rule_sets"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bakery/edge.v4", "depot/edge.cfg", "kiosk/hall/list.yaml", "bakery/edge.v4 (site guests)"]);
    assert_eq!((code, &json["summary"]["required_failed"]), (1, &2.into()));
    assert_eq!(repository.check(&["--site", "bakery"]).0, 0);
    let (code, out) = repository.check(&["--site", "guest"]);
    assert_eq!(code, 2);
    assert!(out.contains("did you mean `guests`"), "{out}");
}

/// Parts of a project are the whole of it, and every machine deals them in the same way.
#[test]
fn a_project_can_be_judged_in_parts() {
    let repository = Repository::broken("");
    for (part, expected) in [("1/3", 1), ("2/3", 0), ("3/3", 0)] {
        let file = format!("{}.json", &part[..1]);
        let arguments = ["--output", "json", "--output-file", &file, "--partition", part];
        let (code, out) = repository.check(&arguments);
        assert_eq!(code, expected, "{part}: {out}");
    }
    let (code, out, error) = repository.run_in(".", &["merge", "1.json", "2.json", "3.json"]);
    assert_eq!((code, error.as_str()), (1, ""));
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["rule_sets"].as_array().unwrap().len(), 3);
    assert!(valid("check.schema.json", &json));
}

#[test]
fn init_writes_a_project_that_check_judges() {
    let repository = Repository::new();
    let (code, out, error) = repository.run_in(".", &["init"]);
    assert_eq!((code, out.as_str()), (2, ""), "it writes over nothing");
    assert!(error.contains("`fwproof.yaml` is there already"), "{error}");
    let (code, out, error) = repository.run_in(".", &["init", "--force"]);
    assert_eq!((code, error.as_str()), (0, ""));
    insta::assert_snapshot!("project-init", out);
    insta::assert_snapshot!("project-init-file", std::fs::read_to_string(repository.path("fwproof.yaml")).unwrap());
    let arguments = ["--requirements", "flows.yaml", "--no-default-requirements"];
    let (code, out) = repository.check(&arguments);
    assert_eq!(code, 0, "{out}");
    let (code, _, error) = repository.run_in(".git", &["init"]);
    assert_eq!(code, 2);
    assert!(error.contains("no rule set was found"), "{error}");
}

/// The file of the schema, what `init` writes and the example are all of one schema.
#[test]
fn project_files_are_what_the_schema_says() {
    let repository = Repository::new();
    repository.run_in(".", &["init", "--force"]);
    let written = std::fs::read_to_string(repository.path("fwproof.yaml")).unwrap();
    let example = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fwproof.yaml")).unwrap();
    for text in [PROJECT.to_owned(), format!("{PROJECT}{WAIVER}"), written, example] {
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert!(valid("project.schema.json", &value), "{text}");
        let typo: Value = serde_yaml::from_str(&text.replacen("rulesets:", "ruleset:", 1)).unwrap();
        assert!(!valid("project.schema.json", &typo));
    }
}
