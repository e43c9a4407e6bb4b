//! fwproof against the kernel: real conversations through rule sets that iptables-restore loaded, each outcome held
//! against [`fwproof::policy::Policy::decide`].
//!
//! Needs root, and iptables (legacy and nft) and ip. All traffic stays between network namespaces of the test's own;
//! they are removed when it ends. `cargo test --test kernel -- --ignored --nocapture`
//!
//! `FWPROOF_KERNEL_RULESETS=N` asks for another number of random rule sets, `FWPROOF_SEED=N` for other ones.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_macros
)]

#[path = "kernel/compare.rs"]
mod compare;
#[path = "kernel/dumps.rs"]
mod dumps;
#[path = "kernel/helper.rs"]
mod helper;
#[path = "kernel/lab.rs"]
mod lab;
#[path = "kernel/own.rs"]
mod own;
#[path = "random_policy.rs"]
#[allow(dead_code)]
mod random_policy;
#[path = "kernel/rules.rs"]
mod rules;
#[path = "kernel/sets.rs"]
mod sets;
#[path = "kernel/traps.rs"]
mod traps;

use compare::{Tally, compare};
use lab::{Backend, Lab};
use random_policy::Dice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const CONVERSATIONS: usize = 100;
/// Rule sets after which namespaces are made anew: old connections must not meet new ones.
const SETS_PER_LAB: u64 = 100;
/// Laboratories at work at the same time; most of the time they wait for packets that do not come.
const LABS: u64 = 4;

/// The first client of each sample rule set.
const CLIENTS_OF: [(&str, &str); 7] = [
    ("branch-no-permit", "10.31.4.0"),
    ("clinic-dns-only-53", "192.168.40.0"),
    ("lab-no-answer", "10.36.0.0"),
    ("mill-sets", "10.47.0.0"),
    ("office-right", "10.20.12.0"),
    ("school-dns-redirect", "172.22.0.0"),
    ("shop-quic-block", "10.52.8.0"),
];

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// Not a test: what the namespaces run.
#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn helper() {
    helper::run();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_the_sample_rule_sets() {
    let mut tally = Tally::default();
    for backend in [Backend::Legacy, Backend::Nft] {
        let mut lab = Lab::new(backend);
        let mut files: Vec<_> = std::fs::read_dir("rulesets").unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "v4"));
        files.sort();
        for (seed, file) in files.iter().enumerate() {
            let text = std::fs::read_to_string(file).unwrap();
            let sets = std::fs::read_to_string(file.with_extension("ipset")).unwrap_or_default();
            assert!(lab.load_sets(&sets));
            let mut dice = Dice(1000 + seed as u64);
            let clients = CLIENTS_OF.iter().find(|(stem, _)| file.file_stem().is_some_and(|s| s == *stem));
            let clients = clients.unwrap_or_else(|| panic!("where are the clients of {}?", file.display())).1;
            let clients: u32 = clients.parse::<std::net::Ipv4Addr>().unwrap().into();
            let asked = dumps::conversations(&mut dice, &mut lab, CONVERSATIONS, clients);
            compare(&mut lab, &file.display().to_string(), &text, asked, &mut tally);
        }
    }
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_traps() {
    let mut tally = Tally::default();
    for backend in [Backend::Legacy, Backend::Nft] {
        let mut lab = Lab::new(backend);
        for (name, text) in traps::ALL {
            let mut dice = Dice(7);
            let asked = dumps::conversations(&mut dice, &mut lab, CONVERSATIONS, dumps::CLIENTS);
            compare(&mut lab, name, text, asked, &mut tally);
        }
    }
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_sets() {
    let mut tally = Tally::default();
    for backend in [Backend::Legacy, Backend::Nft] {
        let mut lab = Lab::new(backend);
        for (name, sets, text) in sets::ALL {
            if !lab.load_sets(sets) {
                println!("not asked, because the kernel lacks a type of set: {name}");
                continue;
            }
            let asked = dumps::conversations(&mut Dice(7), &mut lab, CONVERSATIONS, dumps::CLIENTS);
            compare(&mut lab, name, text, asked, &mut tally);
        }
    }
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_random_rule_sets() {
    random_rule_sets(number("FWPROOF_KERNEL_RULESETS", 200), Lab::new, dumps::random_dump);
}

/// Random rule sets in several laboratories at once.
fn random_rule_sets(count: u64, build: fn(Backend) -> Lab, dump: fn(&mut Dice) -> String) {
    let first = number("FWPROOF_SEED", 1);
    let (next, started) = (AtomicU64::new(0), Instant::now());
    let work = |backend| {
        let mut tally = Tally::default();
        let mut lab = build(backend);
        for round in 1.. {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= count {
                break;
            }
            if round % SETS_PER_LAB == 0 {
                lab = build(backend);
            }
            let mut dice = Dice(first + seed);
            let text = dump(&mut dice);
            let asked = dumps::conversations(&mut dice, &mut lab, CONVERSATIONS, dumps::CLIENTS);
            compare(&mut lab, &format!("seed {}", first + seed), &text, asked, &mut tally);
        }
        tally
    };
    let work = &work;
    let tally = std::thread::scope(|scope| {
        let backends = (0..LABS).map(|n| if n % 2 == 0 { Backend::Legacy } else { Backend::Nft });
        let running: Vec<_> = backends.map(|b| scope.spawn(move || work(b))).collect();
        running.into_iter().map(|r| r.join().unwrap()).fold(Tally::default(), Tally::and)
    });
    println!("seeds {first}..{}, {:.1} s", first + count, started.elapsed().as_secs_f64());
    tally.finish();
    tally.shares();
}
