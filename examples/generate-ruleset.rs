//! Writes a rule set of any size to standard output, the same each time: what `docs/performance.md` measures.
//!
//! ```sh
//! cargo run --release --example generate-ruleset -- iptables 100000 > /tmp/100k.v4
//! ```
#![allow(missing_docs)]

#[path = "../benches/generator/generator.rs"]
mod generator;

use generator::SEED;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "usage: generate-ruleset KIND COUNT [SEED]

kinds:
  iptables       a dump of COUNT rules, as iptables-save writes it
  iptables-sets  the same, a part of the rules with `-m set`
  ipset          the sets of that (COUNT is not used)
  wide           an iptables dump of COUNT wide rules that cross each other
  asa            a running configuration of about COUNT lines
  yaml           a native YAML rule set of COUNT rules
  flows          COUNT required flows, for --requirements";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match text(&words) {
        // A reader that has seen enough, such as `head`, is no failure.
        Some(text) => {
            std::io::stdout().lock().write_all(text.as_bytes()).map_or(ExitCode::SUCCESS, |()| ExitCode::SUCCESS)
        }
        None => usage(),
    }
}

fn usage() -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{USAGE}");
    ExitCode::from(2)
}

fn text(words: &[String]) -> Option<String> {
    let (kind, count, seed) = match words {
        [kind, count] => (kind, count, SEED),
        [kind, count, seed] => (kind, count, seed.parse().ok()?),
        _ => return None,
    };
    let count: usize = count.parse().ok()?;
    match kind.as_str() {
        "iptables" => Some(generator::dump(seed, count)),
        "iptables-sets" => Some(generator::dump_with_sets(seed, count)),
        "ipset" => Some(generator::sets(seed)),
        "wide" => Some(generator::dump_of_random_wide_rules(seed, count)),
        "asa" => Some(generator::running_config(seed, count)),
        "yaml" => Some(generator::rule_set(seed, count)),
        "flows" => u32::try_from(count).ok().map(generator::requirements),
        _ => None,
    }
}
