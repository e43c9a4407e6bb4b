//! What stands around the program: completions, man pages, CI files, parts of an estate.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn fwproof(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("SOURCE_DATE_EPOCH", "1767225600").args(arguments);
    command.output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = fwproof(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for subcommand in fwproof::cli::command().get_subcommands() {
            assert!(script.contains(subcommand.get_name()), "{shell}: {}", subcommand.get_name());
        }
    }
}

/// Shells that are installed must take their script without a word.
#[test]
fn completions_load_in_the_shells_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, arguments) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        let path = folder.path().join(shell);
        std::fs::write(&path, printed(&["completions", shell])).unwrap();
        let Ok(output) = std::process::Command::new(shell).args(arguments).arg(&path).output() else { continue };
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    }
}

#[test]
fn there_is_a_man_page_for_each_subcommand() {
    let page = printed(&["man"]);
    assert!(page.contains(".TH fwproof 1") && page.contains("Exit codes"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/for/it");
    printed(&["man", folder.to_str().unwrap()]);
    let command = fwproof::cli::command();
    for subcommand in command.get_subcommands() {
        let page = std::fs::read_to_string(folder.join(format!("fwproof-{}.1", subcommand.get_name()))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    assert_eq!(fwproof(&["man", "Cargo.toml/man"]).status.code(), Some(2));
}

/// The files for CI systems, where commands of fwproof stand.
const CI_FILES: [&str; 6] = [
    "action.yml",
    ".pre-commit-hooks.yaml",
    "Dockerfile",
    "examples/github-workflow.yml",
    "examples/github-matrix.yml",
    "examples/gitlab-ci.yml",
];

#[test]
fn ci_files_use_flags_that_exist() {
    let command = fwproof::cli::command();
    let known: BTreeSet<String> = command
        .get_subcommands()
        .flat_map(|s| {
            s.get_arguments().filter_map(|a| a.get_long().map(|long| format!("--{long}"))).collect::<Vec<_>>()
        })
        .collect();
    let mut seen = 0;
    for file in CI_FILES {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let joined = text.replace("\\\n", " ");
        let command = |line: &'_ str| line.find("fwproof check").or_else(|| line.find("fwproof merge"));
        for line in joined.lines().filter_map(|line| line.get(command(line)?..)) {
            let words = line.split(|c: char| c.is_whitespace() || c == '=' || c == '"');
            for flag in words.filter(|word| word.starts_with("--") && word.len() > 2) {
                assert!(known.contains(flag), "{file}: {flag}");
                seen += 1;
            }
        }
    }
    assert!(seen > 8, "{seen}");
}

#[test]
fn scripts_of_the_action_hold_no_input_as_text() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let action: Value = serde_yaml::from_str(&text).unwrap();
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert!(steps.len() > 3);
    for script in steps.iter().filter_map(|step| step["run"].as_str()) {
        assert!(!script.contains("${{"), "{script}");
    }
}

/// Judges the samples in parts, and merges the reports.
fn parts(folder: &Path, of: usize) -> Vec<String> {
    let each = (1..=of).map(|part| {
        let report = folder.join(format!("{part}.json")).to_str().unwrap().to_owned();
        let number = format!("{part}/{of}");
        let file = format!("json={report}");
        let arguments =
            ["check", "rulesets", "--service", "dns", "--quiet", "--partition", &number, "--output-file", &file];
        let code = fwproof(&arguments).status.code().unwrap();
        let value: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
        assert_eq!(value["exit_code"], code);
        report
    });
    each.collect()
}

#[test]
fn parts_of_an_estate_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fwproof(&["check", "rulesets", "--service", "dns", "--output", "json"]);
    let code = whole.status.code();
    let whole: Value = serde_json::from_slice(&whole.stdout).unwrap();
    for of in [1, 3, 40] {
        let reports = parts(folder.path(), of);
        let arguments: Vec<&str> = std::iter::once("merge").chain(reports.iter().map(String::as_str)).collect();
        let merged = fwproof(&arguments);
        assert_eq!(merged.status.code(), code);
        let merged: Value = serde_json::from_slice(&merged.stdout).unwrap();
        assert_eq!(merged["summary"], whole["summary"]);
        assert_eq!(merged["partition"], Value::Null);
        for list in ["rule_sets", "results", "findings", "client", "not_judged"] {
            let items = |report: &Value| -> BTreeSet<String> {
                report[list].as_array().unwrap().iter().map(Value::to_string).collect()
            };
            assert_eq!(items(&merged), items(&whole), "{list} of {of}");
        }
    }
}

#[test]
fn a_part_that_is_missing_or_no_part_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let reports = parts(folder.path(), 3);
    let refused = |files: &[&str], why: &str| {
        let arguments: Vec<&str> = std::iter::once("merge").chain(files.iter().copied()).collect();
        let output = fwproof(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(why), "{message}");
        assert!(output.stdout.is_empty());
    };
    refused(&[&reports[0], &reports[2]], "part 2 of 3 is missing");
    refused(&[&reports[0], &reports[0], &reports[1]], "are the same part");
    refused(&["Cargo.toml"], "is not JSON");
    refused(&["docs/schemas/check.schema.json"], "is not a report");
    refused(&["no-such-file.json"], "cannot read");
    assert_eq!(fwproof(&["check", "rulesets", "--partition", "4/3"]).status.code(), Some(2));
}
