//! `iptables -I` with the number that the rule gets in the chain as it is loaded.

use super::{Changed, changes};
use crate::fix::iptables::chain_of;
use crate::format::iptables::words;
use crate::space::Family;

pub(super) fn commands(families: &[Family], old: &[&str], new: &[&str]) -> Vec<String> {
    changes(old, new).iter().filter_map(|change| command(families, new, change)).collect()
}

/// Commands are typed from the top, so each finds the rules above it as they are in the new text.
fn command(families: &[Family], new: &[&str], change: &Changed<'_>) -> Option<String> {
    let (at, line, flag) = match change {
        Changed::Added { at, line } => (*at, *line, "-I"),
        Changed::Replaced { at, line, .. } => (*at, *line, "-R"),
        Changed::Removed { .. } => return None,
    };
    let (chain, what) = line.strip_prefix("-A ")?.split_once(' ')?;
    let above = new.get(..at)?;
    let table = above.iter().rev().find_map(|l| l.strip_prefix('*')).unwrap_or("filter").trim();
    let start = above.iter().rposition(|l| l.starts_with('*')).unwrap_or(0);
    let before: usize = above.get(start..)?.iter().filter(|l| is_rule_of(l, chain)).map(|l| loaded_as(l)).sum();
    let program = program(families, above);
    let (chain, what) = (for_shell(chain), words(what)?);
    let what = what.iter().map(|word| for_shell(word)).collect::<Vec<_>>().join(" ");
    Some(format!("{program} -t {} {flag} {chain} {} {what}", for_shell(table), before + 1))
}

/// A word that a shell takes as it is: names of chains and interfaces, and comments, may hold anything.
fn for_shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=+@%".contains(c);
    let is_plain = word == "!" || !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn is_rule_of(line: &str, chain: &str) -> bool {
    let of_line = |text| chain_of(crate::fix::lines::lines(text).next()?);
    line.contains("-A ") && !line.starts_with('#') && of_line(line) == Some(chain)
}

/// Lists of addresses make a rule for each pair (iptables(8), `-s`).
fn loaded_as(line: &str) -> usize {
    let count = |flags: [&str; 2]| {
        let mut words = line.split_ascii_whitespace().skip_while(|w| !flags.contains(w));
        words.nth(1).map_or(1, |list| list.split(',').count())
    };
    count(["-s", "--source"]) * count(["-d", "--destination"])
}

/// A text with both families says above each table which program wrote it.
fn program(families: &[Family], above: &[&str]) -> &'static str {
    let six = match families {
        [only] => *only == Family::V6,
        _ => {
            let wrote = above.iter().rev().find(|l| l.starts_with('#') && l.contains("tables-save"));
            wrote.is_some_and(|line| line.contains("ip6tables-save"))
        }
    };
    if six { "ip6tables" } else { "iptables" }
}
