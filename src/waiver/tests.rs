use super::*;
use crate::format::{FORMATS, Input, ReadOptions, Reading};
use crate::ingress::Level;
use crate::project::{Baseline, Project};
use crate::requirement::Requirement;
use crate::source::Sources;
use crate::space::Field;
use crate::verify::{Site, addresses, conversations, judge};

/// Port 53 to one resolver is open for the upper half of the clients, all else is closed.
const RULES: &str = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
    -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n\
    -A FORWARD -s 10.128.0.0/9 -d 192.0.2.1/32 -p udp --dport 53 -j ACCEPT\nCOMMIT\n";

fn read(sources: &mut Sources, text: &str) -> Reading {
    let source = sources.add("fw.v4", text);
    let format = FORMATS.iter().find(|f| (f.recognises)(text)).unwrap();
    (format.read)(Input { source, name: "fw.v4", text }, &ReadOptions::default())
}

fn requirement() -> Requirement {
    Requirement {
        order: None,
        any_of: None,
        id: "dns-udp-53".into(),
        flow: "dns-udp-53".into(),
        service: "dns".into(),
        region: None,
        level: Level::Required,
        proto: 17,
        source_ports: vec![(1024, 65535)],
        destination_ports: vec![(53, 53)],
        destinations: vec!["192.0.2.1/32".parse().unwrap()],
        why: String::new(),
        symptom: String::new(),
        sources: Vec::new(),
    }
}

struct World {
    reading: Reading,
    requirement: Requirement,
}

impl World {
    fn new(rules: &str) -> World {
        World { reading: read(&mut Sources::new(), rules), requirement: requirement() }
    }

    fn results(&self) -> Vec<FlowResult<'_>> {
        let base = &self.reading.bases[0];
        let clients = addresses(Family::V4, &["10.0.0.0/8".parse().unwrap()]);
        let site = Site { clients, in_ifaces: Vec::new(), out_ifaces: Vec::new() };
        let flow = conversations(&self.requirement, &base.policy, &base.topology, &site);
        let judgement = judge(&base.policy, &flow);
        let verdict = judgement.verdict;
        vec![FlowResult {
            alternative: None,
            requirement: &self.requirement,
            verdict,
            judgements: vec![(&base.policy, judgement)],
            waived: None,
            was_so_before: false,
        }]
    }
}

fn waivers(packets: &str, expires: &str) -> Project {
    let packets = if packets.is_empty() { String::new() } else { format!("    packets: {packets}\n") };
    let text = format!(
        "version: 1\nwaivers:\n  - requirement: dns-*\n    ruleset: fw.*\n{packets}    reason: r\n    owner: o\n    expires: {expires}\n"
    );
    let mut sources = Sources::new();
    let source = sources.add("p", text);
    Project::read(source, sources.text(source)).unwrap()
}

fn place() -> Place<'static> {
    Place { rule_set: "fw", file: &|_| "fw.v4".to_owned() }
}

/// The results under a waiver on 2026-05-01, and the codes of what is said about it.
fn under<'w>(world: &'w World, project: &Project) -> (Vec<FlowResult<'w>>, Vec<Code>) {
    let mut results = world.results();
    let mut waivers = Waivers::new(&project.waivers, "2026-05-01".parse().unwrap());
    waivers.apply(&place(), &mut results);
    let codes = waivers.findings(true).iter().map(|f| f.code).collect();
    (results, codes)
}

fn lost(result: &FlowResult<'_>, waived: bool) -> PacketSet {
    let blocks = result.lost().filter(|(_, block)| block.waived.is_some() == waived);
    blocks.fold(PacketSet::empty(Family::V4), |all, (_, block)| all.union(&block.packets))
}

#[test]
fn a_waiver_without_packets_covers_the_requirement() {
    let world = World::new(RULES);
    let (results, said) = under(&world, &waivers("", "2026-05-01"));
    let result = &results[0];
    assert_eq!((result.verdict, result.open_verdict()), (Verdict::PartlyDenied, Verdict::Permitted));
    assert_eq!(result.waived.as_ref().unwrap().terms(), "until 2026-05-01 by o: r");
    assert!(!result.fails() && !result.is_waived_in_part() && said.is_empty());
}

#[test]
fn a_waiver_with_packets_covers_just_these() {
    let world = World::new(RULES);
    let (results, said) = under(&world, &waivers("udp 10.0.0.0/10 > 192.0.2.1:53", "2026-12-31"));
    let result = &results[0];
    assert!(result.fails() && result.is_waived_in_part() && said.is_empty());
    assert_eq!(result.open_verdict(), Verdict::PartlyDenied, "the upper half passes");
    let sources = |set: &PacketSet| {
        crate::space::prefixes(Family::V4, &set.values(Field::Src)).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(sources(&lost(result, true)), ["10.0.0.0/10"]);
    assert_eq!(sources(&lost(result, false)), ["10.64.0.0/10"]);
    for (_, block) in result.lost() {
        assert!(block.packets.contains(&block.witness.first_packet()), "each part has a witness of its own");
    }
    let (results, _) = under(&world, &waivers("['udp 10.0.0.0/10 > any', 'udp 10.64.0.0/10 > any']", "2026-12-31"));
    assert!(!results[0].fails() && results[0].waived.is_some(), "lines add up");
}

#[test]
fn an_expired_waiver_covers_nothing_and_is_an_error() {
    let world = World::new(RULES);
    let (results, said) = under(&world, &waivers("", "2026-04-30"));
    assert!(results[0].fails() && results[0].waived.is_none());
    assert_eq!(said, [Code::WaiverExpired]);
}

#[test]
fn a_waiver_that_covers_nothing_is_told() {
    let open = World::new(&RULES.replace("-s 10.128.0.0/9 ", ""));
    let (results, said) = under(&open, &waivers("", "2026-12-31"));
    assert!(!results[0].fails() && results[0].waived.is_none(), "what is permitted needs no waiver");
    assert_eq!(said, [Code::WaiverUnused]);
    let world = World::new(RULES);
    assert_eq!(under(&world, &waivers("tcp 10.0.0.0/8 > any", "2026-12-31")).1, [Code::WaiverUnused]);
}

#[test]
fn what_is_not_judged_is_spoken_of_only_when_all_is() {
    let project = waivers("", "2026-12-31");
    let waivers = Waivers::new(&project.waivers, "2026-05-01".parse().unwrap());
    assert!(waivers.findings(false).is_empty());
    assert_eq!(waivers.findings(true)[0].code, Code::WaiverUnused);
}

#[test]
fn what_is_undecided_is_undecided_for_what_is_left() {
    let rules = RULES.replace("COMMIT", "-A FORWARD -s 10.0.0.0/10 -m string --string x --algo bm -j ACCEPT\nCOMMIT");
    let world = World::new(&rules);
    let (results, _) = under(&world, &waivers("udp 10.64.0.0/10 > any", "2026-12-31"));
    assert_eq!((results[0].verdict, results[0].open_verdict()), (Verdict::PartlyDenied, Verdict::Undecided));
}

fn baseline_of(world: &World) -> Baseline {
    let mut baseline = Baseline::default();
    record(&mut baseline, &place(), &world.results());
    let mut sources = Sources::new();
    let source = sources.add("b", baseline.to_yaml());
    let again = Baseline::read(source, sources.text(source)).unwrap();
    assert_eq!(again, baseline);
    again
}

#[test]
fn a_baseline_accepts_what_it_recorded_and_no_growth() {
    let before = World::new(RULES);
    let baseline = baseline_of(&before);
    let mut results = before.results();
    let mut accepting = Accepting::new(&baseline, "b.yaml");
    accepting.apply(&place(), &mut results);
    assert!(!results[0].fails());
    assert_eq!(results[0].waived.as_ref().unwrap().terms(), "by the baseline: accepted as it is in `b.yaml`");
    assert!(accepting.finding(true).is_none());

    let worse = World::new(&RULES.replace("10.128.0.0/9", "10.192.0.0/10"));
    let mut results = worse.results();
    Accepting::new(&baseline, "b.yaml").apply(&place(), &mut results);
    assert!(results[0].fails());
    let grown = crate::space::prefixes(Family::V4, &lost(&results[0], false).values(Field::Src));
    assert_eq!(grown.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.128.0.0/10"]);

    let better = World::new(&RULES.replace("-s 10.128.0.0/9 ", ""));
    let mut results = better.results();
    let mut accepting = Accepting::new(&baseline, "b.yaml");
    accepting.apply(&place(), &mut results);
    let message = accepting.finding(true).unwrap().message;
    assert_eq!(message, "1 entry of the baseline `b.yaml` matches nothing any more and can be dropped");
}

#[test]
fn a_verdict_that_changes_is_new() {
    let undecided = RULES.replace("COMMIT", "-A FORWARD -m string --string x --algo bm -j ACCEPT\nCOMMIT");
    let baseline = baseline_of(&World::new(&undecided));
    let world = World::new(RULES);
    let mut results = world.results();
    Accepting::new(&baseline, "b.yaml").apply(&place(), &mut results);
    assert!(results[0].fails() && results[0].waived.is_none());
}
