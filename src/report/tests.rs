mod outputs;

use super::*;
use crate::finding::Code;
use crate::format::Understanding;
use crate::ingress::{AsOf, Confidence, Provenance};
use crate::policy::{Answers, Condition, Conversation, Denial, Interfaces, Leg, TCP, UDP};
use crate::source::Span;
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::{Block, verdict_of};
use std::net::Ipv4Addr;

pub const TEXT: &str = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.20.0.0/16 -p udp --dport 53 -j ACCEPT\n\
    -A FORWARD -p tcp --dport 443 -m comment --comment \"a\u{1b}[31m\u{202e}\" -m recent --name x -j ACCEPT\n\
    -A FORWARD -d 192.0.2.0/24 -j REJECT\nCOMMIT\n";

/// A rule base with two interfaces and no rules: reports look up names in it, and nothing else.
pub fn policy(family: Family) -> Policy {
    let mut interfaces = Interfaces::new();
    ["lan0", "wan0"].iter().for_each(|name| interfaces.add(name));
    Policy {
        family,
        interfaces,
        chains: Vec::new(),
        forward: Vec::new(),
        input: Vec::new(),
        output: Vec::new(),
        hook: crate::policy::Hook::Forward,
        answers: Answers::Filtered,
    }
}

pub fn requirement(id: &str, proto: u8, port: u16, destinations: &[&str]) -> Requirement {
    let flow = id.split(['@', ':']).next().unwrap();
    Requirement {
        id: id.to_owned(),
        flow: flow.to_owned(),
        service: flow.split('-').next().unwrap().to_owned(),
        region: id.split_once('@').map(|(_, region)| region.trim_end_matches(":test").to_owned()),
        level: Level::Required,
        order: None,
        any_of: None,
        proto,
        source_ports: vec![(1024, 65535)],
        destination_ports: vec![(port, port)],
        destinations: destinations.iter().map(|d| d.parse().unwrap()).collect(),
        why: "for tests".to_owned(),
        symptom: String::new(),
        sources: vec![Provenance {
            title: "a table".to_owned(),
            reference: String::new(),
            as_of: AsOf::Unknown,
            confidence: Confidence::High,
            reason: String::new(),
            max_age: None,
        }],
    }
}

pub fn addresses(prefix: &str) -> IntervalSet {
    let net: ipnet::Ipv4Net = prefix.parse().unwrap();
    IntervalSet::range(net.network().to_bits().into(), net.broadcast().to_bits().into())
}

/// The conversations of one source prefix, destination and destination port, from all ephemeral ports.
pub fn packets(src: &str, dst: &str, proto: u8, port: u16) -> PacketSet {
    PacketSet::full(Family::V4)
        .with(Field::Src, &addresses(src))
        .with(Field::Dst, &addresses(dst))
        .with(Field::Proto, &IntervalSet::single(proto.into()))
        .with(Field::SrcPort, &IntervalSet::range(1024, 65535))
        .with(Field::DstPort, &IntervalSet::single(port.into()))
}

pub fn block(verdict: Verdict, packets: PacketSet, at: Option<Span>) -> Block {
    let witness = Conversation::from_packet(packets.family(), &packets.witness().unwrap());
    Block {
        verdict,
        judged: packets.clone(),
        packets,
        leg: Leg::Opening,
        rule: None,
        at,
        path: Vec::new(),
        because: Vec::new(),
        witness,
        denial: (verdict == Verdict::Denied).then_some(Denial::Silent),
        interfaces_matter: false,
        ways_differ: false,
        waived: None,
    }
}

pub fn result<'a>(requirement: &'a Requirement, policy: &'a Policy, blocks: Vec<Block>) -> FlowResult<'a> {
    let verdict = verdict_of(blocks.iter().map(|b| b.verdict));
    let judgement = Judgement { family: policy.family, verdict, blocks, disagreements: Vec::new() };
    let judgements = vec![(policy, judgement)];
    FlowResult { requirement, verdict, judgements, alternative: None, waived: None, was_so_before: false }
}

pub fn span(sources: &Sources, source: SourceId, needle: &str) -> Span {
    let text = sources.text(source);
    let start = text.find(needle).unwrap();
    Span::of(source, text, &text[start..start + needle.len()])
}

/// What the report of the sample borrows.
struct Stage {
    sources: Sources,
    source: SourceId,
    policy: Policy,
    requirements: Vec<Requirement>,
    lines: Vec<ReadLine>,
}

impl Stage {
    fn new() -> Stage {
        let mut sources = Sources::new();
        let source = sources.add("rulesets/office.rules", TEXT);
        let web = |region: &str, address: &str| requirement(&format!("swg-https@{region}"), TCP, 443, &[address]);
        let requirements = vec![
            requirement("dns-udp-443", UDP, 443, &["208.67.222.222/32"]),
            requirement("dns-udp-53", UDP, 53, &["208.67.222.222/32"]),
            web("london", "146.112.4.0/24"),
            web("paris", "146.112.5.0/24"),
            web("oslo", "146.112.6.0/24"),
            requirement("swg-https@london:test", TCP, 443, &["192.0.2.7/32"]),
        ];
        let lines = [
            ("*filter", Understanding::Neutral, "table"),
            (":FORWARD DROP [0:0]", Understanding::Exact, "packets that no rule decides are dropped"),
            ("-A FORWARD -p tcp", Understanding::Opaque, "accepts some of: tcp to port 443; \u{1b}open: -m recent"),
        ];
        let lines = lines.map(|(at, understanding, meaning)| ReadLine {
            span: span(&sources, source, at),
            understanding,
            meaning: meaning.to_owned(),
        });
        Stage { source, policy: policy(Family::V4), requirements, lines: lines.into(), sources }
    }

    fn at(&self, needle: &str) -> Option<Span> {
        Some(span(&self.sources, self.source, needle))
    }

    fn results(&self) -> Vec<FlowResult<'_>> {
        use Verdict::{Denied, Permitted, Undecided};
        let [dns443, dns53, london, paris, oslo, test] = &self.requirements[..] else { panic!("six requirements") };
        let policy_line = self.at(":FORWARD DROP [0:0]");
        let resolver = |port| packets("10.20.0.0/16", "208.67.222.222/32", UDP, port);
        let closed =
            |r, net| result(r, &self.policy, vec![block(Denied, packets("10.20.0.0/16", net, TCP, 443), policy_line)]);
        let dns53_permit = self.at("-A FORWARD -s 10.20.0.0/16 -p udp --dport 53 -j ACCEPT");
        let mut answer =
            block(Denied, resolver(53).with(Field::SrcPort, &IntervalSet::range(40000, 65535)), policy_line);
        answer.leg = Leg::Answer;
        let permitted =
            block(Permitted, resolver(53).with(Field::SrcPort, &IntervalSet::range(1024, 39999)), dns53_permit);
        let mut open =
            block(Undecided, packets("10.20.0.0/16", "146.112.6.0/24", TCP, 443), self.at("-A FORWARD -p tcp"));
        open.because = vec![Condition { text: "-m recent --name x".to_owned(), span: open.at.unwrap() }; 2];
        let mut rejected = block(Denied, packets("10.20.0.0/16", "192.0.2.7/32", TCP, 443), self.at("-A FORWARD -d"));
        rejected.denial = Some(Denial::Icmp("icmp-port-unreachable"));
        rejected.packets = rejected
            .packets
            .with(Field::InIface, &IntervalSet::range(2, 3))
            .with(Field::OutIface, &IntervalSet::single(3));
        rejected.interfaces_matter = true;
        vec![
            result(dns443, &self.policy, vec![block(Denied, resolver(443), policy_line)]),
            result(dns53, &self.policy, vec![permitted, answer]),
            closed(london, "146.112.4.0/24"),
            closed(paris, "146.112.5.0/24"),
            result(oslo, &self.policy, vec![open]),
            result(test, &self.policy, vec![rejected]),
        ]
    }

    fn findings(&self) -> Vec<Finding> {
        let end = Span { source: self.source, start: TEXT.len() as u32, end: TEXT.len() as u32 };
        vec![
            Finding::new(Code::Dns443Missing, "`dns-udp-443` is denied: nothing permits UDP 443 to 208.67.222.222")
                .at(self.at(":FORWARD DROP [0:0]").unwrap(), "denied here, silently")
                .at(self.at("-A FORWARD -s 10.20.0.0/16 -p udp --dport 53 -j ACCEPT").unwrap(), "only port 53 is permitted")
                .help("put this line behind line 3:\n-A FORWARD -s 10.20.0.0/16 -p udp -d 208.67.222.222 --dport 443 -j ACCEPT")
                .note("for example udp 10.20.0.0:1024 > 208.67.222.222:443"),
            Finding::new(Code::Undecided, "the text does not decide `swg-https@oslo`")
                .at(self.at("-m recent --name x").unwrap(), "depends on \u{1b}[2J earlier packets"),
            Finding::new(Code::UnknownLine, "the text ends early").at(end, "here"),
            Finding::new(Code::Skipped, "`x\u{202e}y` was not recognised"),
        ]
    }

    fn report(&self) -> Report<'_> {
        let results = self.results();
        let client = crate::client::predict("rulesets/office.rules", &results);
        let not_judged = |id: &str| NotJudged {
            rule_set: Some("rulesets/office.rules".to_owned()),
            requirement: id.to_owned(),
            family: Some(Family::V6),
            reason: "the input holds no IPv6 rule base".to_owned(),
        };
        Report {
            sources: &self.sources,
            project: None,
            product: "umbrella",
            today: "2026-01-01".parse().unwrap(),
            hook: crate::policy::Hook::Forward,
            rule_sets: vec![RuleSet {
                name: "rulesets/office.rules".to_owned(),
                site: None,
                files: vec![RuleFile {
                    name: "rulesets/office.rules".to_owned(),
                    source: self.source,
                    format: "iptables",
                    rules: 3,
                    tally: Tally { exact: 3, opaque: 1, rejected: 0, neutral: 2 },
                    lines: &self.lines,
                }],
                results,
            }],
            findings: self.findings(),
            client,
            assumptions: vec![Statement {
                text: "clients are in 10.20.0.0/16".to_owned(),
                spans: vec![self.at("-A FORWARD -s").unwrap()],
            }],
            not_judged: vec![not_judged("dns-udp-443"), not_judged("dns-udp-53")],
            partition: None,
            exit_code: 1,
        }
    }
}

#[test]
fn outputs_have_unique_names() {
    let names: std::collections::HashSet<_> = OUTPUTS.iter().map(|o| o.name).collect();
    assert_eq!(names.len(), OUTPUTS.len());
}

#[test]
fn the_json_report_stays_as_it_is_and_is_valid() {
    let stage = Stage::new();
    let text = json::render(&stage.report(), &Style::default());
    insta::assert_snapshot!("check_json", text);
    assert_valid(&json::schema(), &text);
}

fn assert_valid(schema: &str, text: &str) {
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn the_human_report_stays_as_it_is_and_is_plain() {
    let text = human::render(&Stage::new().report(), &Style::default());
    insta::assert_snapshot!("check_human", text);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

#[test]
fn colors_are_the_only_difference_that_color_makes() {
    let stage = Stage::new();
    let colored = human::render(&stage.report(), &Style { color: true, ..Style::default() });
    let mut plain = String::new();
    let mut parts = colored.split('\u{1b}');
    plain.extend(parts.next());
    parts.for_each(|part| plain.extend(part.split_once('m').map(|(_, text)| text)));
    assert_eq!(plain, human::render(&stage.report(), &Style::default()));
}

#[test]
fn show_lists_lines_and_its_json_is_valid() {
    let stage = Stage::new();
    let files: Vec<RuleFile<'_>> = stage.report().rule_sets.into_iter().flat_map(|set| set.files).collect();
    insta::assert_snapshot!("show_human", show::human(&stage.sources, &files, false));
    assert_valid(&show::schema(), &show::json(&stage.sources, &files));
}

#[test]
fn regions_with_many_deciding_lines_share_a_row() {
    let stage = Stage::new();
    let many: Vec<_> =
        (0..49).map(|n| requirement(&format!("swg-https@r{n}"), TCP, 443, &["146.112.4.0/24"])).collect();
    let line = |n: u32| Some(Span { source: stage.source, start: n, end: n });
    let closed = |(n, r)| {
        let at = line([0, 8, 30, 90, 160][n % 5]);
        result(r, &stage.policy, vec![block(Verdict::Denied, packets("10.20.0.0/16", "146.112.4.0/24", TCP, 443), at)])
    };
    let mut report = stage.report();
    report.rule_sets[0].results = many.iter().enumerate().map(closed).collect();
    let text = human::render(&report, &Style::default());
    assert_eq!(text.matches("swg-https @ 49 regions").count(), 1, "{text}");
}

#[test]
fn the_published_schemas_are_current() {
    let published = [
        ("docs/schemas/check.schema.json", json::schema()),
        ("docs/schemas/diff.schema.json", diff::json::schema()),
        ("docs/schemas/show.schema.json", show::schema()),
    ];
    for (path, schema) in published {
        if std::env::var_os("FWPROOF_UPDATE").is_some() {
            std::fs::write(path, &schema).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(published == schema, "{path} is not current: run the tests once with FWPROOF_UPDATE=1");
    }
}

#[test]
fn json_blocks_partition_what_the_verdicts_speak_of() {
    let mut mixed = packets("10.20.0.0/16", "208.67.222.222/32", UDP, 53);
    mixed.add_all(&packets("10.30.0.0/16", "208.67.220.220/32", UDP, 53));
    let mut whole = block(Verdict::Denied, mixed.clone(), None);
    let policy = policy(Family::V4);
    let pieces = pieces::pieces(&policy, &whole);
    assert_eq!(pieces.len(), 2);
    let cubes = pieces.iter().map(|p| p.cube.clone());
    let union = PacketSet::from_cubes(Family::V4, cubes);
    assert!(union.is_subset(&mixed) && mixed.is_subset(&union));
    assert_eq!(pieces[1].witness.src, Ipv4Addr::new(10, 30, 0, 0).to_bits().into());

    whole.interfaces_matter = true;
    whole.packets =
        mixed.with(Field::InIface, &IntervalSet::range(1, 2)).with(Field::OutIface, &IntervalSet::single(3));
    let pieces = pieces::pieces(&policy, &whole);
    assert_eq!(
        pieces.iter().map(|p| (p.entering, p.leaving)).collect::<Vec<_>>(),
        [(Some(1), Some(3)), (Some(1), Some(3)), (Some(2), Some(3)), (Some(2), Some(3)),]
    );
}

#[test]
fn a_summary_counts_required_flows_apart() {
    let summary = Stage::new().report().summary();
    assert_eq!((summary.denied, summary.partly_denied, summary.undecided, summary.permitted), (4, 1, 1, 0));
    assert_eq!((summary.required, summary.required_failed, summary.required_undecided), (5, 4, 1));
}
