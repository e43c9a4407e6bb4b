//! Judges one flow against a rule set that is held as text: `cargo run --example library`.
// An example prints for itself; in the program, only reports do.
#![allow(clippy::disallowed_macros, clippy::print_stdout)]

use fwproof::format::{self, Input, ReadOptions};
use fwproof::ingress::Catalogue;
use fwproof::requirement::{Selection, requirements};
use fwproof::source::Sources;
use fwproof::space::Family;
use fwproof::verify::{Site, addresses, conversations, judge};

const RULE_SET: &str = "\
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 192.0.2.10/32 -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
";

const REQUIRED: &str = "\
services:
  - id: directory
    flows: [{id: directory, proto: tcp, ports: [443, 8443]}]
    destinations: [192.0.2.10]
";

fn main() -> Result<(), String> {
    let mut sources = Sources::new();
    let (rules, required) = (sources.add("branch.v4", RULE_SET), sources.add("required.yaml", REQUIRED));

    // What must pass.
    let catalogue = Catalogue::read(required, sources.text(required)).map_err(|e| format!("{e:?}"))?;
    let selected = requirements(&[&catalogue], &Selection::default());
    let requirement = selected.requirements.first().ok_or("nothing is required")?;

    // What the firewall does.
    let text = sources.text(rules);
    let format = format::FORMATS.iter().find(|f| (f.recognises)(text)).ok_or("not a rule set")?;
    let input = Input { source: rules, name: sources.name(rules), text };
    let reading = (format.read)(input, &ReadOptions::default());
    let base = reading.bases.first().ok_or("the text holds no rule base")?;

    // Who asks, and by which interfaces: here by any.
    let clients = "10.20.30.0/24".parse().map_err(|e| format!("{e}"))?;
    let site = Site { clients: addresses(Family::V4, [&clients]), in_ifaces: Vec::new(), out_ifaces: Vec::new() };
    let flow = conversations(requirement, &base.policy, &base.topology, &site);

    let judgement = judge(&base.policy, &flow);
    println!("{}: {}", requirement.id, judgement.verdict.name());
    for block in &judgement.blocks {
        let place = block.at.map_or_else(String::new, |span| sources.place(span));
        println!("  {} at {place}, for example port {}", block.verdict.name(), block.witness.dport);
    }
    Ok(())
}
