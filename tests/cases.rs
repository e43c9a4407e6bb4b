//! Runs tests/cases/<format>/*.t: each file is one screen with a rule set, flags of `check`, and what must come out.
//!
//! A case is made of sections that begin with `--- WORD`:
//! - `--- title`: one line;
//! - `--- input NAME [crlf]`: a rule set; several inputs are all given to the program, in order;
//! - `--- ipset NAME [crlf]`: a file that is given with `--ipset`;
//! - `--- file NAME`: a file beside the inputs, which only flags or other files name;
//! - `--- args`: flags of `check`; `--date 2026-01-01` is added where no date is given;
//! - `--- requirements`: YAML, given with `--requirements` instead of the shipped ones;
//! - `--- expect`: one expectation a line, all of which must hold:
//!   `exit 1`; `dns-udp-443 denied opening @14` (a flow, its verdict, the leg and the exact lines, `@3,7`, of the
//!   blocks behind the verdict; leg and lines may be missing); `denial FLOW drop`; `condition FLOW TEXT`;
//!   `finding CODE @LINE`; `no-finding CODE`; `help TEXT`; `no-help TEXT`; `note TEXT`; `not-judged FLOW ipv6`;
//!   `state Unprotected`; `no-state dns` (nothing is predicted); `capture udp 443 to PREFIX, PREFIX: TEXT`; `filter TEXT`;
//!   `assumes TEXT`; `no-assumption TEXT`; `opaque 1`; `rejected 2`; `format asa`; `rule-set NAME: FILE FILE`.
//!
//! A flow that is not in the results, a word that is not known, and a case that expects nothing all fail.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many cases each folder holds at least: a case that got lost is noticed.
const AT_LEAST: [(&str, usize); 5] = [("iptables", 150), ("ip6tables", 5), ("asa", 182), ("ios", 69), ("yaml", 71)];

#[test]
fn iptables_cases() {
    run_folder("iptables");
}

#[test]
fn ip6tables_cases() {
    run_folder("ip6tables");
}

#[test]
fn asa_cases() {
    run_folder("asa");
}

#[test]
fn ios_cases() {
    run_folder("ios");
}

#[test]
fn yaml_cases() {
    run_folder("yaml");
}

fn run_folder(format: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(format);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(files.iter().all(|f| f.extension().is_some_and(|e| e == "t")), "only .t files belong in {format}");
    let least = AT_LEAST.iter().find(|(name, _)| *name == format).unwrap().1;
    assert!(files.len() >= least, "{format} has {} cases, expected at least {least}", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let result = Case::parse(&std::fs::read_to_string(file).unwrap()).and_then(|case| case.run());
        wrong.extend(result.err().map(|why| format!("{format}/{name}: {why}")));
    }
    assert!(wrong.is_empty(), "{} of {} cases fail:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[derive(Default)]
struct Case {
    inputs: Vec<(String, String)>,
    ipset: Vec<(String, String)>,
    files: Vec<(String, String)>,
    args: Vec<String>,
    requirements: Option<String>,
    expect: Vec<String>,
}

impl Case {
    fn parse(text: &str) -> Result<Case, String> {
        let mut case = Case::default();
        let mut titled = false;
        let body = text.strip_prefix("--- ").ok_or("a case begins with a section")?;
        for section in body.split("\n--- ") {
            let (head, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = if body.is_empty() || body.ends_with('\n') { body.to_owned() } else { format!("{body}\n") };
            let words: Vec<&str> = head.split_whitespace().collect();
            match *words {
                ["title"] => titled = body.trim().lines().count() == 1,
                ["input", name] => case.inputs.push((name.to_owned(), body)),
                ["input", name, "crlf"] => case.inputs.push((name.to_owned(), body.replace('\n', "\r\n"))),
                ["ipset", name] => case.ipset.push((name.to_owned(), body)),
                ["ipset", name, "crlf"] => case.ipset.push((name.to_owned(), body.replace('\n', "\r\n"))),
                ["file", name] => case.files.push((name.to_owned(), body)),
                ["args"] => case.args.extend(body.split_whitespace().map(str::to_owned)),
                ["requirements"] => case.requirements = Some(body),
                ["expect"] => case.expect.extend(body.lines().map(str::trim).filter(|l| !l.is_empty()).map(Into::into)),
                _ => return Err(format!("unknown section `{head}`")),
            }
        }
        if !titled || case.inputs.is_empty() || case.expect.is_empty() {
            return Err("a case needs a title of one line, an input and an expectation".to_owned());
        }
        Ok(case)
    }

    fn run(&self) -> Result<(), String> {
        let (code, report) = self.report()?;
        let mut wrong = Vec::new();
        for line in &self.expect {
            let held = expectation(line, code, &report);
            wrong.extend(held.err().map(|why| format!("\n    expected `{line}`: {why}")));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.concat()) }
    }

    fn report(&self) -> Result<(i32, Value), String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap())
                .and_then(|()| std::fs::write(&path, text))
                .map_err(|e| e.to_string())
        };
        let mut command = Command::cargo_bin("fwproof").unwrap();
        command.current_dir(folder.path()).timeout(Duration::from_secs(60)).env_remove("SOURCE_DATE_EPOCH");
        command.args(["check", "--output", "json"]);
        for (name, text) in &self.inputs {
            write(name, text)?;
            command.arg(name);
        }
        for (name, text) in &self.files {
            write(name, text)?;
        }
        for (name, text) in &self.ipset {
            write(name, text)?;
            command.args(["--ipset", name]);
        }
        if let Some(text) = &self.requirements {
            write("requirements.yaml", text)?;
            command.args(["--requirements", "requirements.yaml", "--no-default-requirements"]);
        }
        if !self.args.iter().any(|a| a == "--date") {
            command.args(["--date", "2026-01-01"]);
        }
        let output = command.args(&self.args).output().map_err(|e| e.to_string())?;
        let code = output.status.code().ok_or("ended by a signal")?;
        let report = serde_json::from_slice(&output.stdout);
        let report = report.map_err(|e| format!("{e}: {}", String::from_utf8_lossy(&output.stderr)))?;
        Ok((code, report))
    }
}

type Held = Result<(), String>;

fn expectation(line: &str, code: i32, report: &Value) -> Held {
    let (word, rest) = line.split_once(' ').ok_or("an expectation has at least two words")?;
    match word {
        "exit" => same(rest, &code.to_string()),
        "finding" => finding(report, rest),
        "no-finding" => match finding(report, rest) {
            Ok(()) => Err("it is there".to_owned()),
            Err(_) => Ok(()),
        },
        "state" => among(rest, texts(&report["client"], "state")),
        "no-state" => match among(rest, texts(&report["client"], "service")) {
            Ok(()) => Err("there is one".to_owned()),
            Err(_) => Ok(()),
        },
        "capture" => {
            among(rest, list(&report["client"]).iter().flat_map(|c| list(&c["capture"])).map(capture).collect())
        }
        "filter" => among(rest, texts(&report["client"], "filter")),
        "note" => {
            let notes = list(&report["findings"]).iter().flat_map(|f| list(&f["notes"])).map(text);
            within(rest, notes.collect())
        }
        "help" => within(rest, texts(&report["findings"], "help")),
        "no-help" => match within(rest, texts(&report["findings"], "help")) {
            Ok(()) => Err("it is there".to_owned()),
            Err(_) => Ok(()),
        },
        "assumes" => within(rest, texts(&report["assumptions"], "text")),
        "no-assumption" => match within(rest, texts(&report["assumptions"], "text")) {
            Ok(()) => Err("it is there".to_owned()),
            Err(_) => Ok(()),
        },
        "format" => among(rest, texts(&report["inputs"], "format")),
        "opaque" | "rejected" | "exact" | "neutral" => same(rest, &report["inputs"][0][word].to_string()),
        "rule-set" => {
            let files = |set: &Value| list(&set["files"]).iter().map(text).collect::<Vec<_>>().join(" ");
            let row = |set: &Value| format!("{}: {}", text(&set["name"]), files(set));
            among(rest, list(&report["rule_sets"]).iter().map(row).collect())
        }
        "not-judged" => {
            let row = |n: &Value| format!("{} {}", text(&n["requirement"]), text(&n["family"]));
            among(rest, list(&report["not_judged"]).iter().map(row).collect())
        }
        "denial" | "condition" => about_blocks(word, rest, report),
        flow => verdict(flow, rest, report),
    }
}

fn about_blocks(word: &str, rest: &str, report: &Value) -> Held {
    let (flow, wanted) = rest.split_once(' ').ok_or("a flow and a text are needed")?;
    for result in results(flow, report)? {
        let blocks = list(&result["blocks"]);
        if word == "denial" {
            among(wanted, blocks.iter().map(|b| text(&b["denial"])).collect())?;
        } else {
            let conditions = blocks.iter().flat_map(|b| list(&b["conditions"])).map(text).collect();
            within(wanted, conditions)?;
        }
    }
    Ok(())
}

fn results<'a>(flow: &str, report: &'a Value) -> Result<Vec<&'a Value>, String> {
    let all = list(&report["results"]);
    let found: Vec<&Value> = all.iter().filter(|r| r["requirement"] == flow).collect();
    if found.is_empty() { Err(format!("`{flow}` is neither a word nor a flow that was judged")) } else { Ok(found) }
}

/// `denied`, `denied answer`, `denied opening @3,7`: the leg and the lines are those of all blocks that make the verdict.
fn verdict(flow: &str, rest: &str, report: &Value) -> Held {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (verdict, rest) = words.split_first().ok_or("a verdict is needed")?;
    for result in results(flow, report)? {
        same(verdict, result["verdict"].as_str().unwrap_or("null"))?;
        let of_blocks = if *verdict == "partly-denied" { "denied" } else { verdict };
        let blocks = list(&result["blocks"]).iter().filter(|b| b["verdict"] == of_blocks);
        let blocks: Vec<&Value> = blocks.collect();
        for word in rest {
            if let Some(lines) = word.strip_prefix('@') {
                let mut seen: Vec<u64> = blocks.iter().map(|b| b["at"]["line"].as_u64().unwrap_or(0)).collect();
                seen.sort_unstable();
                seen.dedup();
                same(lines, &seen.iter().map(u64::to_string).collect::<Vec<_>>().join(","))?;
            } else {
                let other = blocks.iter().map(|b| text(&b["leg"])).find(|leg| leg != word);
                other.map_or(Ok(()), |leg| same(word, &leg))?;
            }
        }
    }
    Ok(())
}

fn finding(report: &Value, rest: &str) -> Held {
    let (code, line) = rest.split_once(" @").unwrap_or((rest, ""));
    let row = |f: &Value| {
        let at = if line.is_empty() { String::new() } else { format!(" @{}", f["at"]["line"]) };
        format!("{}{at}", text(&f["code"]))
    };
    let wanted = if line.is_empty() { code.to_owned() } else { format!("{code} @{line}") };
    among(&wanted, list(&report["findings"]).iter().map(row).collect())
}

/// `udp 443 to 208.67.222.222/32: requests without any answer`.
fn capture(evidence: &Value) -> String {
    let to: Vec<String> = list(&evidence["to"]).iter().map(text).collect();
    format!("{} {} to {}: {}", text(&evidence["proto"]), evidence["port"], to.join(", "), text(&evidence["shows"]))
}

fn same(wanted: &str, seen: &str) -> Held {
    if wanted == seen { Ok(()) } else { Err(format!("it is `{seen}`")) }
}

fn among(wanted: &str, seen: Vec<String>) -> Held {
    if seen.iter().any(|s| s == wanted) { Ok(()) } else { Err(format!("there is only {seen:?}")) }
}

fn within(wanted: &str, seen: Vec<String>) -> Held {
    if seen.iter().any(|s| s.contains(wanted)) { Ok(()) } else { Err(format!("there is only {seen:?}")) }
}

fn texts(rows: &Value, key: &str) -> Vec<String> {
    list(rows).iter().map(|row| text(&row[key])).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

const SMALL: &str =
    "--- title\nx\n--- input a.yaml\nfwproof: 1\nrules: []\n--- args\n--service dns --from 10.0.0.0/8\n";

#[test]
fn a_case_without_expectation_fails() {
    assert!(Case::parse(SMALL).is_err());
    assert!(Case::parse(&format!("{SMALL}--- expect\n\n")).is_err());
    assert!(Case::parse(&format!("{SMALL}--- expects\nexit 1\n")).is_err());
}

#[test]
fn what_is_not_known_or_not_there_fails() {
    let held = |line: &str| Case::parse(&format!("{SMALL}--- expect\n{line}\n")).unwrap().run();
    assert_eq!(held("exit 1"), Ok(()));
    assert_eq!(held("dns-udp-443 denied opening @1"), Ok(()));
    for line in [
        "exit 0",
        "exti 1",
        "dns-udp-444 denied",
        "dns-udp-443 permitted",
        "dns-udp-443 denied answer",
        "dns-udp-443 denied @2",
        "finding answer-dropped",
        "state Protected",
        "verdict",
    ] {
        assert!(held(line).is_err(), "`{line}` held");
    }
}
