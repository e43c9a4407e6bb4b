//! Every output over one fixture: as a snapshot, before its own validator, and with texts that mean harm.

use super::*;
use crate::finding::{AboutFlows, Change, Waived};

/// The report of the sample with a waived flow, a fix, and a path of jumps.
fn with_everything(stage: &Stage) -> Report<'_> {
    let mut report = stage.report();
    let waived = || {
        Some(Waived {
            reason: "the branch closes".into(),
            owner: "network team".into(),
            expires: Some("2026-06-30".into()),
        })
    };
    let policy_line = stage.at(":FORWARD DROP [0:0]").unwrap();
    let end = Span { start: policy_line.end + 1, end: policy_line.end + 1, ..policy_line };
    let about = |finding: &mut Finding, ids: &[&str]| {
        let requirements = ids.iter().map(|id| (*id).to_owned()).collect();
        let rule_set = "rulesets/office.rules".to_owned();
        finding.flows = Some(Box::new(AboutFlows { rule_set, requirements, ..AboutFlows::default() }));
    };
    let [first, second, ..] = &mut report.findings[..] else { panic!("four findings") };
    about(first, &["dns-udp-443"]);
    first.flows.as_mut().unwrap().changes =
        vec![Change { span: end, text: "-A FORWARD -p udp --dport 443 -j ACCEPT\n".to_owned() }];
    first.flows.as_mut().unwrap().path = vec![stage.at("-A FORWARD -d").unwrap()];
    about(second, &["swg-https@oslo"]);
    second.flows.as_mut().unwrap().waived = waived();
    for result in &mut report.rule_sets[0].results {
        if result.requirement.id == "swg-https@oslo" {
            result.waived = waived();
        }
    }
    report
}

fn style() -> Style {
    Style { directory: "/repo".into(), root: "/repo".into(), ..Style::default() }
}

fn rendered(name: &str, report: &Report<'_>) -> String {
    (Output::named(name).unwrap().render)(report, &style())
}

#[test]
fn every_output_stays_as_it_is() {
    let stage = Stage::new();
    let report = with_everything(&stage);
    for name in ["concise", "junit", "github", "gitlab", "markdown", "html"] {
        insta::assert_snapshot!(format!("output_{name}"), rendered(name, &report));
    }
    let mut sarif: serde_json::Value = serde_json::from_str(&rendered("sarif", &report)).unwrap();
    let driver = &mut sarif["runs"][0]["tool"]["driver"];
    assert_eq!(driver["rules"].as_array().unwrap().len(), Code::ALL.len());
    driver["rules"].take();
    driver["semanticVersion"].take();
    insta::assert_json_snapshot!("output_sarif", sarif, { ".runs[].results[].ruleIndex" => "[index]" });
}

#[test]
fn quiet_says_less_and_verbose_cuts_nothing() {
    let stage = Stage::new();
    let report = with_everything(&stage);
    let human = |detail| human::render(&report, &Style { detail, ..style() });
    let quiet = human(Detail::Quiet);
    assert!(
        quiet.contains("dns-443-missing") && !quiet.contains("skipped") && !quiet.contains("assumptions"),
        "{quiet}"
    );
    assert!(quiet.lines().last().unwrap().contains("required"), "{quiet}");
    assert!(human(Detail::Verbose).len() >= human(Detail::Normal).len());
}

#[test]
fn fingerprints_follow_the_text_of_a_line_and_not_its_number() {
    let stage = Stage::new();
    let mut report = with_everything(&stage);
    let before = fingerprint::fingerprints(&report, &style());
    let mut moved = Sources::new();
    let text = format!("# a line above\n{TEXT}");
    let source = moved.add("rulesets/office.rules", &text);
    for label in report.findings.iter_mut().flat_map(|f| &mut f.labels) {
        let shift = (text.len() - TEXT.len()) as u32;
        label.span = Span { source, start: label.span.start + shift, end: label.span.end + shift };
    }
    report.sources = &moved;
    assert_eq!(fingerprint::fingerprints(&report, &style()), before);
    let twice = [report.findings[0].clone(), report.findings[0].clone()];
    report.findings = twice.into();
    let prints = fingerprint::fingerprints(&report, &style());
    assert_ne!(prints[0], prints[1], "equal findings are told apart");
}

/// The schema of the standard, as the library that writes the format carries it.
fn sarif_schema() -> String {
    let metadata = std::process::Command::new(env!("CARGO"))
        // Of other platforms nothing may have been fetched.
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", &host()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let library = metadata["packages"].as_array().unwrap().iter().find(|p| p["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(library["manifest_path"].as_str().unwrap());
    let mut schema: serde_json::Value =
        serde_json::from_slice(&std::fs::read(manifest.with_file_name("src").join("schema.json")).unwrap()).unwrap();
    for owner in ["run", "toolComponent"] {
        // The standard's pattern for languages has a bracket too many, which is no regular expression for all.
        schema["definitions"][owner]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    schema.to_string()
}

/// The platform that tests are compiled for.
fn host() -> String {
    let version = std::process::Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
fn structured_outputs_pass_their_validators() {
    let stage = Stage::new();
    let hostile = Hostile::new();
    for report in [with_everything(&stage), hostile.report()] {
        assert_valid(&sarif_schema(), &rendered("sarif", &report));
        assert_valid(&json::schema(), &rendered("json", &report));
        let issues: Vec<serde_json::Value> = serde_json::from_str(&rendered("gitlab", &report)).unwrap();
        assert!(issues.iter().all(|issue| issue["fingerprint"].is_string() && issue["location"]["path"].is_string()));
        let junit = junit_parser::from_reader(rendered("junit", &report).as_bytes()).unwrap();
        assert_eq!(
            junit.failures,
            report.summary().required_failed as u64 + report.summary().required_undecided as u64
        );
        assert_eq!(junit.suites[0].name, clean::line(&report.rule_sets[0].name));
    }
}

/// What a pull request could hold: markup, commands and escapes of every output.
const HARM: &str = "\u{1b}]0;x\u{7} %0A::error::owned\n::stop-commands::x </td><script>alert(1)</script>\"'><img src=x \
    onerror=alert(1)> ]]>--> ``` ~~~ | [a](javascript:alert(1)) @everyone \u{202e}";

struct Hostile {
    stage: Stage,
}

impl Hostile {
    fn new() -> Hostile {
        let mut stage = Stage::new();
        let text = format!("*filter\n# {}\n-A FORWARD -j DROP\n", HARM.replace('\n', " "));
        stage.source = stage.sources.add(format!("../{HARM}"), text);
        for requirement in &mut stage.requirements {
            requirement.id = format!("{}{HARM}", requirement.id);
            requirement.flow = format!("{}{HARM}", requirement.flow);
            requirement.region = requirement.region.take().map(|region| region + HARM);
        }
        Hostile { stage }
    }

    fn report(&self) -> Report<'_> {
        let at = span(&self.stage.sources, self.stage.source, "-A FORWARD -j DROP");
        let remark = span(&self.stage.sources, self.stage.source, "# ");
        let comment = self.stage.sources.line_of(remark);
        let line = |r| {
            result(
                r,
                &self.stage.policy,
                vec![block(Verdict::Denied, packets("10.0.0.0/8", "192.0.2.0/24", TCP, 443), Some(at))],
            )
        };
        let results: Vec<_> = self.stage.requirements.iter().map(line).collect();
        let finding = Finding::new(Code::DeniedByRule, HARM).at(at, HARM).at(comment, HARM).help(HARM).note(HARM);
        let open = AboutFlows {
            rule_set: HARM.to_owned(),
            requirements: self.stage.requirements.iter().map(|r| r.id.clone()).collect(),
            ..AboutFlows::default()
        };
        let waived = Some(Waived { reason: HARM.into(), owner: HARM.into(), expires: Some(HARM.into()) });
        let waived = AboutFlows { waived, ..open.clone() };
        let [open, waived] = [open, waived].map(|flows| Finding { flows: Some(Box::new(flows)), ..finding.clone() });
        let file = RuleFile {
            name: HARM.to_owned(),
            source: self.stage.source,
            format: "iptables",
            rules: 1,
            tally: Tally::default(),
            lines: &[],
        };
        Report {
            sources: &self.stage.sources,
            project: None,
            today: "2026-01-01".parse().unwrap(),
            product: HARM,
            hook: Hook::Forward,
            client: crate::client::predict(HARM, &results),
            rule_sets: vec![RuleSet { name: HARM.to_owned(), site: None, files: vec![file], results }],
            findings: vec![waived, open, Finding::new(Code::UnknownFormat, HARM)],
            assumptions: vec![Statement { text: HARM.to_owned(), spans: vec![at] }],
            not_judged: vec![NotJudged {
                rule_set: Some(HARM.to_owned()),
                requirement: HARM.to_owned(),
                family: None,
                reason: HARM.to_owned(),
            }],
            partition: None,
            exit_code: 1,
        }
    }
}

/// State, sentence for the help desk, capture and display filter.
#[test]
fn every_output_says_what_the_client_will_show() {
    let stage = Stage::new();
    let report = stage.report();
    for output in OUTPUTS {
        let text = (output.render)(&report, &style()).replace("&quot;", "\"").replace("\\\"", "\"");
        for part in
            ["Cloud service unavailable", "users on 10.20.0.0/16", "the same SYN again", "ip.addr == 146.112.4.0/24"]
        {
            assert!(
                text.split_whitespace().collect::<Vec<_>>().join(" ").contains(part),
                "{}: {part}\n{text}",
                output.name
            );
        }
    }
}

#[test]
fn nothing_of_the_input_acts_in_any_output() {
    let hostile = Hostile::new();
    let report = hostile.report();
    for output in OUTPUTS {
        let text = (output.render)(&report, &style());
        let acts = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
        assert_eq!(text.chars().find(acts), None, "{}", output.name);
    }
}

#[test]
fn no_workflow_command_comes_from_the_input() {
    let hostile = Hostile::new();
    let text = rendered("github", &hostile.report());
    assert_eq!(text.lines().count(), 4, "{text}");
    for line in text.lines() {
        let (properties, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        assert!(["error", "notice"].contains(&properties.split(' ').next().unwrap()), "{line}");
        assert!(!message.contains("%0A::stop") || message.contains("%250A"), "{line}");
    }
    // Other outputs may stand in the log of a workflow too, where a line that begins so would be a command.
    for name in ["human", "concise", "markdown"] {
        let text = rendered(name, &hostile.report());
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{name}:\n{text}");
    }
}

#[test]
fn markup_of_the_input_stays_text() {
    let hostile = Hostile::new();
    let html = rendered("html", &hostile.report());
    for tag in ["<script", "<img", "onerror=alert(1)>", "</td><"] {
        assert!(!html.contains(tag) || tag == "</td><" && !html.contains("</td><script"), "{tag}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)"));
    let bare = outside_of_code(&rendered("markdown", &hostile.report()));
    for mark in ["alert", "everyone", "::", "onerror", "]("] {
        assert!(!bare.contains(mark), "{mark} in:\n{bare}");
    }
}

/// What a Markdown text says outside of fenced blocks and code spans.
fn outside_of_code(markdown: &str) -> String {
    let (mut out, mut fence) = (String::new(), None::<String>);
    for line in markdown.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && line[ticks.len()..] == *"text" => fence = Some(ticks),
            None => out += &(without_spans(line) + "\n"),
        }
    }
    assert_eq!(fence, None, "a fence is left open");
    out
}

/// Code spans end at the next run of as many backticks (CommonMark 0.31, section 6.1).
fn without_spans(line: &str) -> String {
    let runs = |text: &str| -> Vec<(usize, usize)> {
        let starts = text.match_indices('`').map(|(at, _)| at).filter(|at| !text[..*at].ends_with('`'));
        starts.map(|at| (at, text[at..].chars().take_while(|c| *c == '`').count())).collect()
    };
    let (mut out, mut rest) = (String::new(), line);
    while let Some((at, ticks)) = runs(rest).first().copied() {
        out += &rest[..at];
        let inside = &rest[at + ticks..];
        let end = runs(inside).into_iter().find(|(_, n)| *n == ticks).unwrap_or_else(|| panic!("an open span: {line}"));
        rest = &inside[end.0 + ticks..];
    }
    out + rest
}

#[test]
fn sarif_names_no_file_outside_the_repository() {
    let hostile = Hostile::new();
    let text = rendered("sarif", &hostile.report());
    assert!(!text.contains("\"uri\": \"../") && !text.contains("\"uri\": \"/"), "{text}");
    let stage = Stage::new();
    assert!(rendered("sarif", &with_everything(&stage)).contains("\"uri\": \"rulesets/office.rules\""));
}
