//! Lines for dumps of iptables.

use super::draft::Place;
use crate::fix::iptables::{Outline, Table, chain_of, chain_of_leg, matches};
use crate::fix::{Edit, Pass};
use crate::policy::Leg;
use crate::source::Span;

/// Only answers and later packets of what these rules permitted: what others announce (RELATED) is not asked for.
const ESTABLISHED: &str = "-m conntrack --ctstate ESTABLISHED -j ACCEPT";

pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    let outline = Outline::of(place.text);
    let Some(table) = outline.table(place.lost.at.start as usize) else { return Vec::new() };
    let mut all = Vec::new();
    for (chain, at) in places(place, table) {
        let seen: Vec<Pass> = passes.iter().map(|pass| seen_in(pass, &base_chain(place, table, &chain))).collect();
        let what = permits(place.lost.leg, table.name, &seen);
        let lines: Vec<String> = what.iter().map(|what| format!("-A {chain}{what}")).collect();
        let edits = if lines.is_empty() { Vec::new() } else { vec![Edit::lines(at, &lines)] };
        if !all.contains(&edits) {
            all.push(edits);
        }
    }
    all
}

/// The chains and bytes where lines could stand: above the guilty rule outside of chains that only log and drop, above
/// the guilty rule itself, and for answers at the head of their chain.
fn places(place: &Place<'_>, table: &Table<'_>) -> Vec<(String, usize)> {
    let Some(guilty) = table.line_at(place.lost.at.start as usize) else { return Vec::new() };
    let above = |path: &[Span]| {
        let line = table.outside_helpers(guilty, path);
        let chain = chain_of(line)?;
        Some((chain.to_owned(), table.place(line, chain)?.0))
    };
    let mut all: Vec<(String, usize)> = [above(&place.lost.path), above(&[])].into_iter().flatten().collect();
    if place.lost.leg != Leg::Opening {
        let chain = chain_of_leg(place.policy, table.name, place.lost.leg);
        all.extend(table.first_of(&chain).map(|(at, _)| (chain, at)));
    }
    all
}

/// The permits for packets of a leg, without `-A CHAIN`. In the raw table there is no connection yet, and nat never sees
/// later packets.
pub(super) fn permits(leg: Leg, table: &str, passes: &[Pass]) -> Vec<String> {
    match leg {
        Leg::Opening => {
            passes.iter().flat_map(|pass| matches(pass, false)).map(|what| format!("{what} -j ACCEPT")).collect()
        }
        _ if matches!(table, "raw" | "nat") => Vec::new(),
        leg => {
            let of_connection = passes.iter().flat_map(|pass| matches(pass, leg == Leg::Answer));
            of_connection.map(|what| format!("{what} {ESTABLISHED}")).collect()
        }
    }
}

/// The built-in chain that leads to a chain.
fn base_chain(place: &Place<'_>, table: &Table<'_>, chain: &str) -> String {
    let outermost = place.lost.path.first();
    let caller = outermost.and_then(|jump| table.line_at(jump.start as usize));
    caller.and_then(chain_of).unwrap_or(chain).to_owned()
}

/// Before routing no packet has a way out, and what the machine itself sends has no way in.
pub(super) fn seen_in(pass: &Pass, base: &str) -> Pass {
    let (mut entry, mut exit) = (pass.entry.clone(), pass.exit.clone());
    match base {
        "PREROUTING" => exit = None,
        // Answers come in by the way out.
        "INPUT" => entry = None,
        "POSTROUTING" | "OUTPUT" => entry = None,
        _ => {}
    }
    Pass { entry, exit, ..pass.clone() }
}
