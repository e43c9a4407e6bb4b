//! Snapshots of what a user sees. All of them are of a fixed date.

use assert_cmd::Command;
use serde_json::Value;

/// What the program prints, and its exit code on the last line.
fn session(arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("SOURCE_DATE_EPOCH");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    format!("{}{}exit {}", text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn check(rule_set: &str) -> String {
    session(&["check", rule_set, "--date", "2026-01-01"])
}

#[test]
fn help_is_for_80_columns() {
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let text = session(&arguments);
        for line in text.lines() {
            assert!(line.chars().count() <= 80 && !line.ends_with(' ') || line.trim().is_empty(), "{path:?}: {line}");
        }
        let commands = text.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
        let names = commands.filter(|l| !l.starts_with("   ")).filter_map(|l| l.split_whitespace().next());
        open.extend(names.filter(|name| *name != "help").map(|name| [&path[..], &[name.to_owned()]].concat()));
    }
}

#[test]
fn help() {
    insta::assert_snapshot!("help", session(&["--help"]));
    for subcommand in ["check", "diff", "init", "trace", "fix", "show", "explain", "merge", "completions", "man"] {
        insta::assert_snapshot!(format!("help-{subcommand}"), session(&[subcommand, "--help"]));
    }
}

#[test]
#[cfg(feature = "fetch")]
fn help_of_ingress() {
    insta::assert_snapshot!("help-ingress", session(&["ingress", "--help"]));
    for subcommand in ["list", "import", "update", "verify"] {
        insta::assert_snapshot!(format!("help-ingress-{subcommand}"), session(&["ingress", subcommand, "--help"]));
    }
}

/// The output of `ingress` about the shipped data.
#[test]
fn ingress() {
    insta::assert_snapshot!("ingress-list", session(&["ingress", "list", "--date", "2026-01-01"]));
    insta::assert_snapshot!("ingress-show", session(&["ingress", "show", "eu-west-2", "--date", "2026-01-01"]));
    insta::assert_snapshot!("ingress-verify", session(&["ingress", "verify"]));
    insta::assert_snapshot!("ingress-show-unknown", session(&["ingress", "show", "londn"]));
}

#[test]
fn fix_of_rule_sets() {
    let clinic = ["fix", "rulesets/clinic-dns-only-53.v4"];
    insta::assert_snapshot!("fix-clinic-dns-only-53", session(&clinic));
    insta::assert_snapshot!("fix-clinic-dns-only-53-commands", session(&[&clinic[..], &["--commands"]].concat()));
    insta::assert_snapshot!("fix-plant-one-protocol", session(&["fix", "rulesets/plant-one-protocol.asa.cfg"]));
    insta::assert_snapshot!("fix-office-right", session(&["fix", "rulesets/office-right.v4"]));
}

#[test]
fn check_of_rule_sets() {
    insta::assert_snapshot!("check-office-right", check("rulesets/office-right.v4"));
    insta::assert_snapshot!("check-clinic-dns-only-53", check("rulesets/clinic-dns-only-53.v4"));
    insta::assert_snapshot!("check-warehouse-shadowed", check("rulesets/warehouse-shadowed.asa.cfg"));
}

#[test]
fn check_as_json() {
    let arguments =
        ["check", "rulesets/clinic-dns-only-53.v4", "--date", "2026-01-01", "--service", "dns", "--output", "json"];
    let mut command = Command::cargo_bin("fwproof").unwrap();
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    insta::assert_json_snapshot!("check-json", report);
}

#[test]
fn trace() {
    let flow = "udp 192.168.40.9:50000 > 208.67.222.222:443";
    let flags = ["--in-interface", "lan0", "--out-interface", "wan0", "--date", "2026-01-01"];
    let arguments = ["trace", "rulesets/clinic-dns-only-53.v4", "--flow", flow];
    insta::assert_snapshot!("trace", session(&[&arguments[..], &flags[..]].concat()));
}

#[test]
fn show() {
    insta::assert_snapshot!("show", session(&["show", "rulesets/museum-inactive.asa.cfg", "--date", "2026-01-01"]));
}

#[test]
fn explain() {
    insta::assert_snapshot!("explain", session(&["explain"]));
    insta::assert_snapshot!("explain-quic-block", session(&["explain", "quic-block"]));
}
