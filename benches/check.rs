//! How long the parts of a check take, by the size of the rule set and by the number of required flows.
//!
//! ```sh
//! cargo bench --bench check                    # all, several minutes
//! cargo bench --bench check -- walking         # one part
//! ```
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "generator/generator.rs"]
mod generator;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use fwproof::format::{FORMATS, Input, ReadOptions, Reading, RuleBase};
use fwproof::ingress::{Catalogue, Product};
use fwproof::requirement::{Requirement, Selection, requirements};
use fwproof::source::Sources;
use fwproof::space::{Family, IntervalSet};
use fwproof::verify::{Prover, Site, addresses, conversations};
use generator::SEED;
use std::fmt;

fn main() {
    divan::main();
}

/// A rule set in a format, with required flows.
#[derive(Clone, Copy)]
struct Case {
    format: &'static str,
    rules: usize,
    flows: u32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} rules, {} flows", self.format, self.rules, self.flows)
    }
}

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const FORMATS_MEASURED: [&str; 3] = ["iptables", "asa", "yaml"];

/// Each format by size, with 500 flows.
fn by_size() -> impl Iterator<Item = Case> {
    FORMATS_MEASURED
        .into_iter()
        .flat_map(|format| sizes_of(format).map(move |rules| Case { format, rules, flows: 500 }))
}

/// A YAML text of a million rules is larger than what the reader of YAML takes (64 MiB).
fn sizes_of(format: &'static str) -> impl Iterator<Item = usize> {
    SIZES.into_iter().filter(move |&rules| format != "yaml" || rules <= 100_000)
}

/// Each format at 100,000 rules by the number of flows, and at each size with 500 flows.
fn by_size_and_flows() -> impl Iterator<Item = Case> {
    let flows = [10, 100, 5_000].into_iter();
    let by_flows = move |format| flows.clone().map(move |flows| Case { format, rules: 100_000, flows });
    by_size().chain(FORMATS_MEASURED.into_iter().flat_map(by_flows))
}

fn text_of(case: Case) -> String {
    match case.format {
        "iptables" => generator::dump(SEED, case.rules),
        "asa" => generator::running_config(SEED, case.rules),
        _ => generator::rule_set(SEED, case.rules),
    }
}

fn read(format: &str, text: &str) -> Reading {
    let source = Sources::new().add("bench", "");
    let format = FORMATS.iter().find(|f| f.name == format).unwrap();
    (format.read)(Input { source, name: "bench", text }, &ReadOptions::default())
}

fn wanted(flows: u32) -> Vec<Requirement> {
    let source = Sources::new().add("flows", "");
    let catalogue = Catalogue::read(source, &generator::requirements(flows)).unwrap();
    requirements(&[&catalogue], &Selection { product: Product::Umbrella, ..Selection::default() }).requirements
}

fn site(format: &str, base: &RuleBase) -> Site {
    let iface = |name: &str| vec![base.policy.interfaces.class_of(name)];
    let (in_ifaces, out_ifaces) =
        if format == "iptables" { (iface("lan0"), iface("wan0")) } else { (Vec::new(), Vec::new()) };
    Site { clients: addresses(Family::V4, &["10.0.0.0/8".parse().unwrap()]), in_ifaces, out_ifaces }
}

fn prover<'a>(base: &'a RuleBase, wanted: &[Requirement]) -> Prover<'a> {
    let servers = wanted.iter().map(|r| addresses(Family::V4, &r.destinations));
    Prover::new(&base.policy, &servers.fold(IntervalSet::empty(), |all, one| all.union(&one)))
}

/// How many blocks the flows fall into.
fn judged(case: Case, base: &RuleBase, prover: &Prover<'_>, wanted: &[Requirement]) -> usize {
    let site = site(case.format, base);
    let flows = wanted.iter().map(|r| conversations(r, &base.policy, &base.topology, &site));
    flows.map(|flow| prover.judge(&flow).blocks.len()).sum()
}

/// From text to a policy.
#[divan::bench(args = by_size(), sample_count = 3, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>, case: Case) {
    let text = text_of(case);
    bencher.counter(BytesCount::of_str(&text)).bench(|| read(case.format, black_box(&text)));
}

/// Which rules can matter for the flows.
#[divan::bench(args = by_size_and_flows(), sample_count = 3, sample_size = 1)]
fn joining(bencher: Bencher<'_, '_>, case: Case) {
    let reading = read(case.format, &text_of(case));
    let base = reading.bases.first().unwrap();
    let wanted = wanted(case.flows);
    bencher.counter(ItemsCount::new(case.rules)).bench(|| {
        prover(black_box(base), &wanted);
    });
}

/// The verdicts, once rules and flows are joined.
#[divan::bench(args = by_size_and_flows(), sample_count = 3, sample_size = 1)]
fn walking(bencher: Bencher<'_, '_>, case: Case) {
    let reading = read(case.format, &text_of(case));
    let base = reading.bases.first().unwrap();
    let wanted = wanted(case.flows);
    let prover = prover(base, &wanted);
    bencher.counter(ItemsCount::new(wanted.len())).bench(|| judged(case, black_box(base), &prover, &wanted));
}

/// Reading, joining and judging on one thread.
#[divan::bench(args = by_size_and_flows(), sample_count = 3, sample_size = 1)]
fn end_to_end(bencher: Bencher<'_, '_>, case: Case) {
    let text = text_of(case);
    let wanted = wanted(case.flows);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let reading = read(case.format, black_box(&text));
        let base = reading.bases.first().unwrap();
        judged(case, base, &prover(base, &wanted), &wanted)
    });
}
