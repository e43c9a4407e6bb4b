//! Rule sets and required flows of any size, with the mix that real ones have, always the same for the same seed.
//!
//! Shared by the benchmarks and by `examples/generate-ruleset.rs`. Clients are in 10.0.0.0/8 and servers in
//! 198.18.0.0/15, the network kept for benchmarks (RFC 2544), so that a part of the rules meets a part of the flows.
#![allow(dead_code, unused_imports, reason = "each program that includes this file uses a part of it")]

mod asa;
mod flows;
mod iptables;
mod pools;
mod yaml;

pub use asa::running_config;
pub use flows::requirements;
pub use iptables::{dump, dump_of_random_wide_rules, dump_with_sets, sets};
pub use yaml::rule_set;

/// The seed of every published figure.
pub const SEED: u64 = 20_260_101;
