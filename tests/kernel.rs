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

#[path = "kernel/client.rs"]
mod client;
#[path = "kernel/compare.rs"]
mod compare;
#[path = "kernel/counters.rs"]
mod counters;
#[path = "kernel/dumps.rs"]
mod dumps;
#[path = "kernel/helper.rs"]
mod helper;
#[path = "kernel/lab.rs"]
mod lab;
#[path = "kernel/network.rs"]
mod network;
#[path = "kernel/own.rs"]
mod own;
#[path = "random_policy.rs"]
#[allow(dead_code)]
mod random_policy;
#[path = "kernel/rules.rs"]
mod rules;
#[path = "kernel/sets.rs"]
mod sets;
#[path = "kernel/tally.rs"]
mod tally;
#[path = "kernel/traps.rs"]
mod traps;
#[path = "kernel/words.rs"]
mod words;

use compare::{Case, compare};
use fwproof::policy::Hook;
use fwproof::space::Family;
use lab::{Backend, Lab, PORT_BLOCKS};
use network::Plan;
use random_policy::Dice;
use std::ops::Range;
use std::time::Instant;
use tally::Tally;
use words::Words;

const CONVERSATIONS: usize = 100;
/// Laboratories at work at the same time; most of the time they wait for packets that do not come. A multiple of two,
/// so that each has one back end.
const LABS: u64 = 4;

/// The first client of each sample rule set.
const CLIENTS_OF: [(&str, &str); 9] = [
    ("branch-closed.v6", "fd31:a5c0:77::"),
    ("branch-no-permit.v4", "10.31.4.0"),
    ("clinic-dns-only-53.v4", "192.168.40.0"),
    ("lab-no-answer.v4", "10.36.0.0"),
    ("mill-sets.v4", "10.47.0.0"),
    ("office-right.v4", "10.20.12.0"),
    ("office-right.v6", "fd20:10:20::"),
    ("school-dns-redirect.v4", "172.22.0.0"),
    ("shop-quic-block.v4", "10.52.8.0"),
];

/// A rule set with what decides about its conversations: the dice, and the first client.
struct Question {
    number: u64,
    dice: Dice,
    name: String,
    family: Family,
    text: String,
    /// The sets of ipset that stand beside it.
    sets: String,
    clients: &'static str,
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// Not a test: what the namespaces run.
#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn helper() {
    helper::run();
}

/// Asks questions in several laboratories at once. The number of a question decides where it is asked and from which
/// ports: the same question is asked in the same way whatever else is asked.
fn ask(hook: Hook, numbers: Range<u64>, question: impl Fn(u64) -> Question + Sync) -> Tally {
    let work = |lab_number: u64| {
        let mut tally = Tally::default();
        let mut lab = None;
        let mine = numbers.clone().filter(|n| n % LABS == lab_number);
        for (round, number) in mine.enumerate() {
            if round % PORT_BLOCKS as usize == 0 {
                // Old connections must not meet new ones.
                drop(lab.take());
            }
            let backend = [Backend::Legacy, Backend::Nft][lab_number as usize % 2];
            let lab = lab.get_or_insert_with(|| Lab::new(backend, hook));
            let mut asked = question(number);
            lab.take_ports((asked.number % u64::from(PORT_BLOCKS)) as u32);
            let jobs = dumps::conversations(&mut asked.dice, lab, CONVERSATIONS, asked.family, asked.clients);
            if !lab.load_sets(&asked.sets) {
                println!("not asked, because the kernel lacks a type of set: {}", asked.name);
                continue;
            }
            let case = Case { name: &asked.name, family: asked.family, text: &asked.text, sets: &asked.sets };
            compare(lab, &case, jobs, &mut tally);
        }
        tally
    };
    let work = &work;
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..LABS).map(|n| scope.spawn(move || work(n))).collect();
        running.into_iter().map(|r| r.join().unwrap()).fold(Tally::default(), Tally::and)
    })
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_the_sample_rule_sets() {
    let mut files: Vec<_> = std::fs::read_dir("rulesets").unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "v4" || e == "v6"));
    files.sort();
    // Each with both back ends.
    let tally = ask(Hook::Forward, 0..2 * files.len() as u64, |number| {
        let file = &files[number as usize / 2];
        let name = file.file_name().unwrap().to_str().unwrap();
        let clients = CLIENTS_OF.iter().find(|(sample, _)| *sample == name);
        Question {
            number,
            dice: Dice(1000 + number),
            name: file.display().to_string(),
            family: if name.ends_with("v4") { Family::V4 } else { Family::V6 },
            text: std::fs::read_to_string(file).unwrap(),
            sets: std::fs::read_to_string(file.with_extension("ipset")).unwrap_or_default(),
            clients: clients.unwrap_or_else(|| panic!("where are the clients of {name}?")).1,
        }
    });
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_traps() {
    let of = |family, traps: &'static [(&str, &str)]| traps.iter().map(move |trap| (family, trap));
    let traps: Vec<_> = of(Family::V4, traps::V4).chain(of(Family::V6, traps::V6)).collect();
    let tally = ask(Hook::Forward, 0..2 * traps.len() as u64, |number| {
        let (family, (name, text)) = traps[number as usize / 2];
        let clients = Plan::of(family).clients;
        let sets = String::new();
        Question { number, dice: Dice(7), name: (*name).to_owned(), family, text: (*text).to_owned(), sets, clients }
    });
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_sets() {
    let tally = ask(Hook::Forward, 0..2 * sets::ALL.len() as u64, |number| {
        let (name, sets, text) = sets::ALL[number as usize / 2];
        let (family, clients) = (Family::V4, Plan::of(Family::V4).clients);
        let [name, sets, text] = [name, sets, text].map(str::to_owned);
        Question { number, dice: Dice(7), name, family, text, sets, clients }
    });
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_random_rule_sets() {
    let (count, first) = (number("FWPROOF_KERNEL_RULESETS", 200), number("FWPROOF_SEED", 1));
    let started = Instant::now();
    let tally = ask(Hook::Forward, first..first + count, |number| {
        let mut dice = Dice(number);
        let family = if number / 2 % 2 == 0 { Family::V4 } else { Family::V6 };
        // Some of them ask sets, from dice of their own.
        let mut other_dice = Dice(number ^ 0x5e75);
        let wanted = number / 4 % 3 == 0;
        let (sets, named) = if wanted { sets::random(&mut other_dice, Words::of(family)) } else { Default::default() };
        let text = dumps::random_dump(&mut dice, family, &named);
        let (name, clients) = (format!("seed {number}"), Plan::of(family).clients);
        Question { number, dice, name, family, text, sets, clients }
    });
    println!("seeds {first}..{}, {:.1} s", first + count, started.elapsed().as_secs_f64());
    tally.finish();
    if count >= 200 {
        tally.shares();
    }
}
