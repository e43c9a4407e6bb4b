//! Required flows, in the schema of `docs/requirements.md`.

use super::pools::required_network;
use std::fmt::Write;

/// The flows of one service: each region has all five.
const FLOWS: &str = "title: flows of a benchmark

services:
  - id: bench
    name: benchmark
    flows:
      - {id: web, proto: tcp, ports: 443}
      - {id: web-plain, proto: tcp, ports: 80}
      - {id: web-other, proto: tcp, ports: [8080, 8443-8444]}
      - {id: dns, proto: udp, ports: 53}
      - {id: dns-encrypted, proto: udp, ports: 443}
    regions:
";

/// So many required flows, rounded up to five for each region.
pub fn requirements(flows: u32) -> String {
    let mut text = FLOWS.to_owned();
    for region in 0..flows.div_ceil(5) {
        let _ = writeln!(text, "      - {{id: r{region}, destinations: [{}/28]}}", required_network(region));
    }
    text
}
