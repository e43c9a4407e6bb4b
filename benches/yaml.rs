//! How long a large YAML rule set takes, beside the YAML parser alone on the same text: `cargo bench --bench yaml`.
#![allow(missing_docs, clippy::unwrap_used)]

use divan::{Bencher, black_box};
use fwproof::format::{FORMATS, Input, ReadOptions, Reading};
use fwproof::source::Sources;
use serde::de::IgnoredAny;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// A native rule set of about so many bytes.
fn rule_set(bytes: usize) -> String {
    let mut text = "fwproof: 1\nname: large\nnetworks:\n  lan: [10.0.0.0/8]\nrules:\n".to_owned();
    let mut number = 1u32;
    while text.len() < bytes {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, d] = number.to_be_bytes();
        let action = if d & 1 == 0 { "permit" } else { "deny" };
        writeln!(
            text,
            "  - name: rule {number}\n    action: {action}\n    from: lan\n    to: [198.{a}.{b}.0/24, 203.0.113.{c}]\n    \
             proto: tcp\n    ports: [{}, 8080-8090]\n    comment: \"for {d}\"",
            u16::from(b) + 1
        )
        .unwrap();
    }
    text
}

fn read(text: &str) -> Reading {
    let source = Sources::new().add("bench", "");
    let format = FORMATS.iter().find(|f| f.name == "yaml").unwrap();
    (format.read)(Input { source, name: "bench.yaml", text }, &ReadOptions::default())
}

const SIZES: [usize; 2] = [5_000_000, 50_000_000];

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn the_parser_alone(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = rule_set(bytes);
    let counter = divan::counter::BytesCount::of_str(&text);
    bencher.counter(counter).bench(|| serde_yaml::from_str::<IgnoredAny>(black_box(&text)).unwrap());
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = rule_set(bytes);
    let counter = divan::counter::BytesCount::of_str(&text);
    bencher.counter(counter).bench(|| read(black_box(&text)));
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn the_tree(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = rule_set(bytes);
    let source = Sources::new().add("bench", "");
    let counter = divan::counter::BytesCount::of_str(&text);
    bencher.counter(counter).bench(|| fwproof::yaml::read(source, black_box(&text)).unwrap());
}
