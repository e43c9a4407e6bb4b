//! One hostile rule set through every command and every output: what its text and its name say is shown, and nothing of it
//! acts.

use assert_cmd::Command;
use std::path::Path;

/// Escape sequences, a workflow command, markup of every kind, and letters that turn a line around.
const NAME: &str = "a\u{1b}[31m\n::error::pwn<script>`|[x](y)]]>&\u{202e}'\".v4";

fn rules(permit: &str) -> String {
    let comment = "\u{1b}[31mX\u{1b}]8;;http://192.0.2.1/\u{7}<script>alert(1)</script>]]>|`x`::error::no ##[group]y";
    format!(
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:A$(id)`id`; - [0:0]\n:OUTPUT ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -i lan -j A$(id)`id`;\n\
         -A A$(id)`id`; -s 10.9.0.0/16 -i lan -o wan {permit} -m comment --comment \"{comment}\" -j ACCEPT\n\
         -A FORWARD -s 10.9.0.0/16 -i lan -o wan -p udp -m string --string \"\u{1b}[2J<img src=x>\" --algo bm -j ACCEPT\n\
         -A FORWARD -i \"lan<script>\" -o wan -p udp -m comment --comment \"\u{202e}evil\u{2028}::warning::x\" -j DROP\n\
         COMMIT\n"
    )
}

/// What was printed on both streams together.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("fwproof").unwrap();
    command
        .current_dir(folder)
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .env_remove("GITHUB_STEP_SUMMARY");
    let output = command.output().unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 3), "{arguments:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// Lines that a CI runner would take for a command of the text.
fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    let foreign = ["pwn", "no ", "x"];
    let new = line.strip_prefix("::").and_then(|rest| rest.split_once("::"));
    new.is_some_and(|(_, said)| foreign.iter().any(|word| said.starts_with(word))) || line.contains("##[")
}

/// Markup outside of the places where a viewer takes it literally: code in fences or between backticks.
fn markdown_tags(text: &str) -> Vec<&str> {
    let mut fence: Option<String> = None;
    let mut found = Vec::new();
    for line in text.lines() {
        let ticks: String = line.trim_start().chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks.len() >= open.len() && line.trim() == ticks => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let outside = without_code(line);
                if outside.contains("<script") || outside.contains("<img") || outside.contains("[x](y)") {
                    found.push(line);
                }
            }
        }
    }
    found
}

fn without_code(line: &str) -> String {
    let mut rest = line;
    let mut out = String::new();
    while let Some(at) = rest.find('`') {
        let ticks: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        out += &rest[..at];
        let inside = &rest[at + ticks.len()..];
        let Some(end) = inside.find(&ticks) else { return out + inside };
        rest = &inside[end + ticks.len()..];
    }
    out + rest
}

#[test]
#[cfg(unix)]
fn nothing_of_a_hostile_rule_set_acts() {
    let folder = tempfile::tempdir().unwrap();
    for (side, permit) in [("old", "-p tcp"), ("new", "-p udp --dport 9")] {
        std::fs::create_dir(folder.path().join(side)).unwrap();
        std::fs::write(folder.path().join(side).join(NAME), rules(permit)).unwrap();
    }
    let (old, escape) = (format!("old/{NAME}"), "\u{1b}[31m\n::error::pwn");
    let flow = ["--flow", "udp 10.9.0.1:2000 > 208.67.222.222:53", "--in-interface", "lan", "--out-interface", "wan"];
    let check = ["check", "old", "--service", "dns", "--output"];
    let diff = ["diff", "old", "new", "--service", "dns", "--output"];
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for output in ["human", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"] {
        runs.push([&check[..], &[output]].concat());
    }
    runs.extend(["human", "markdown", "json"].map(|output| [&diff[..], &[output]].concat()));
    runs.push(vec!["fix", &old, "--service", "dns"]);
    runs.push(vec!["fix", &old, "--service", "dns", "--commands"]);
    runs.push(vec!["show", &old]);
    runs.push(vec!["show", &old, "--output", "json"]);
    runs.push([&["trace", &old][..], &flow].concat());
    runs.push(vec!["init", "--force"]);
    runs.push(vec!["merge", &old]);
    runs.push(vec!["explain", escape]);
    runs.push(vec!["ingress", "lookup", escape]);
    runs.push(vec!["ingress", "show", escape]);
    runs.push(vec!["ingress", "verify", &old]);
    runs.push(vec!["ingress", "import", &old]);
    runs.push(vec!["ingress", "list", &old]);
    runs.push(vec!["check", &old, "--region", escape]);
    runs.push(vec!["check", &old, "--from", escape]);
    runs.push(vec!["check", "old", "--requirements", &old]);
    runs.push(vec!["diff", escape, "--", "old"]);
    for arguments in &runs {
        let text = printed(folder.path(), arguments);
        assert!(!text.chars().any(acts), "{arguments:?}: {text:?}");
        assert!(!text.lines().any(is_command), "{arguments:?}: {text}");
        if arguments.starts_with(&["check", "old", "--service"]) {
            assert!(text.contains("pwn"), "the name of the file is shown: {arguments:?}: {text}");
        }
        match arguments.last().copied() {
            Some("html") => assert!(!text.contains("<script") && !text.contains("<img"), "{text}"),
            Some("markdown") => assert_eq!(markdown_tags(&text), Vec::<&str>::new(), "{text}"),
            Some("json" | "sarif" | "gitlab") => {
                assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}")
            }
            Some("junit") => assert!(junit_parser::from_reader(text.as_bytes()).is_ok(), "{text}"),
            _ => {}
        }
    }
    let project = std::fs::read_to_string(folder.path().join("fwproof.yaml")).unwrap();
    assert!(!project.chars().any(acts) && project.contains("pwn"), "{project}");
    let typed = printed(folder.path(), &["fix", &old, "--no-project", "--service", "dns", "--commands"]);
    for line in typed.lines().filter(|line| line.starts_with("iptables")) {
        let outside: String = line.split('\'').step_by(2).collect();
        assert!(!outside.contains(['$', '`', ';']), "{line}");
    }
}
