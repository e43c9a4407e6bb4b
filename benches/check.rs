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

/// A running configuration of an ASA: half of its lines are members of nested groups, the rest are entries that refer to
/// them, with the permit for DNS behind them.
fn running_config(lines: u32) -> String {
    let mut text = "ASA Version 9.16(4)\ninterface GigabitEthernet0/0\n nameif outside\n security-level 0\n \
                    ip address 203.0.113.2 255.255.255.252\ninterface GigabitEthernet0/1\n nameif inside\n \
                    security-level 100\n ip address 10.0.0.1 255.0.0.0\n"
        .to_owned();
    let groups = lines / 2 / 50;
    for group in 0..groups {
        writeln!(text, "object-group network G{group}").unwrap();
        for member in 0..48 {
            let [_, a, b, c] = (group * 48 + member).wrapping_mul(2_654_435_761).to_be_bytes();
            writeln!(text, " network-object host 198.{}.{b}.{c}", 18 + a % 2).unwrap();
        }
        // Each tenth group holds the nine before it.
        let inner = if group % 10 == 9 { (group - 9..group).collect() } else { Vec::new() };
        inner.iter().for_each(|i: &u32| writeln!(text, " group-object G{i}").unwrap());
    }
    for entry in 0..lines / 2 {
        let (group, port) = (entry % groups.max(1), 1_024 + entry % 60_000);
        let verb = if entry % 3 == 0 { "deny" } else { "permit" };
        writeln!(text, "access-list IN extended {verb} tcp 10.0.0.0 255.0.0.0 object-group G{group} eq {port}")
            .unwrap();
    }
    text + "access-list IN extended permit udp any any\naccess-group IN in interface inside\n\
            route outside 0.0.0.0 0.0.0.0 203.0.113.1 1\n"
}

fn read(text: &str) -> Reading {
    read_as("iptables", text)
}

fn read_as(format: &str, text: &str) -> Reading {
    let source = Sources::new().add("bench", "");
    let format = FORMATS.iter().find(|f| f.name == format).unwrap();
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

/// Reading and judging together, as `fwproof check` does it.
#[divan::bench(args = [5_000, 50_000, 500_000], sample_count = 5)]
fn checking_a_running_config(bencher: Bencher<'_, '_>, lines: u32) {
    let text = running_config(lines);
    let wanted = wanted();
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| {
        let reading = read_as("asa", black_box(&text));
        let base = reading.bases.first().unwrap();
        let servers = wanted.iter().map(|r| addresses(Family::V4, &r.destinations));
        let servers = servers.fold(IntervalSet::empty(), |all, one| all.union(&one));
        let clients = base.topology.clients.clone().unwrap();
        let site = Site { clients, in_ifaces: Vec::new(), out_ifaces: Vec::new() };
        let prover = Prover::new(&base.policy, &servers);
        let flows = wanted.iter().map(|r| conversations(r, &base.policy, &base.topology, &site));
        flows.map(|flow| prover.judge(&flow).blocks.len()).sum::<usize>()
    });
}
