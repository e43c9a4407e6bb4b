//! How long reading and judging take, from a thousand rules to a hundred thousand: `cargo bench`.
#![allow(missing_docs, clippy::unwrap_used)]

use divan::{Bencher, black_box};
use fwproof::format::{FORMATS, Input, ReadOptions, Reading};
use fwproof::ingress::Catalogue;
use fwproof::requirement::{Requirement, Selection, requirements};
use fwproof::source::Sources;
use fwproof::space::{Family, IntervalSet};
use fwproof::verify::{Prover, Site, addresses, conversations};
use std::fmt::Write;

fn main() {
    divan::main();
}

/// An iptables dump of many rules for hosts that no required flow goes to, with the permit for DNS behind them.
fn dump(rules: usize) -> String {
    let mut text = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
                    -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        .to_owned();
    let mut number = 1u32;
    for _ in 0..rules {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, d] = number.to_be_bytes();
        let target = if d & 1 == 0 { "ACCEPT" } else { "DROP" };
        writeln!(
            text,
            "-A FORWARD -s 10.{a}.{b}.0/24 -d 198.{c}.{d}.{a}/32 -i lan{} -o wan0 -p tcp -m tcp --dport {} -j {target}",
            d % 4,
            u16::from(b) * 16 + 1
        )
        .unwrap();
    }
    text + "-A FORWARD -s 10.0.0.0/8 -p udp -m multiport --dports 53,443 -j ACCEPT\nCOMMIT\n"
}

fn read(text: &str) -> Reading {
    let source = Sources::new().add("bench", "");
    let format = FORMATS.iter().find(|f| f.name == "iptables").unwrap();
    (format.read)(Input { source, name: "bench.v4", text }, &ReadOptions::default())
}

fn wanted() -> Vec<Requirement> {
    requirements(&[Catalogue::shipped()], &Selection::default()).requirements
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 10)]
fn reading(bencher: Bencher<'_, '_>, rules: usize) {
    let text = dump(rules);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| read(black_box(&text)));
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 10)]
fn judging_every_required_flow(bencher: Bencher<'_, '_>, rules: usize) {
    let reading = read(&dump(rules));
    let base = reading.bases.first().unwrap();
    let wanted = wanted();
    let site = Site {
        clients: addresses(Family::V4, &["10.0.0.0/8".parse().unwrap()]),
        in_ifaces: vec![base.policy.interfaces.class_of("lan0")],
        out_ifaces: vec![base.policy.interfaces.class_of("wan0")],
    };
    let servers = wanted.iter().map(|r| addresses(Family::V4, &r.destinations));
    let servers = servers.fold(IntervalSet::empty(), |all, one| all.union(&one));
    bencher.bench(|| {
        let prover = Prover::new(&base.policy, &servers);
        let flows = wanted.iter().map(|r| conversations(r, &base.policy, &base.topology, &site));
        flows.map(|flow| prover.judge(&flow).blocks.len()).sum::<usize>()
    });
}
