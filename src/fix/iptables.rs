//! Lines for `iptables-restore` and `ip6tables-restore`.

mod table;

pub(super) use table::{Outline, Table, chain_of, is_rule};

use super::{Job, Pass, Proposal};
use crate::policy::{Answers, Hook, ICMP, ICMPV6, Leg, Policy, Stage};
use crate::verify::Verdict;
use ipnet::IpNet;

/// Kernel and tool take no more ports in one `multiport` match (iptables-extensions(8)); a range counts as two.
pub(super) const MAX_PORTS: usize = 15;
/// Addresses in one `-s` or `-d` list.
const MAX_ADDRESSES: usize = 10;

/// Lets answers and later packets of what was permitted pass.
pub(super) const ESTABLISHED: &str = "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    let at = job.loss.at.start as usize;
    let table = job.tables?.table(at)?;
    if job.loss.leg != Leg::Opening {
        return established(job.loss.policy, table, job.loss.leg);
    }
    let line = table.outside_helpers(table.line_at(at)?, job.loss.path);
    let chain = chain_of(line)?;
    let new: Vec<String> = job.passes.iter().flat_map(|p| permits(chain, p)).collect();
    let (offset, place) = table.place(line, chain)?;
    let permit = Proposal::adding(new, offset, place);
    if job.loss.verdict == Verdict::Intercepted || answers_pass(job) {
        return Some(permit);
    }
    let mut both = established(job.loss.policy, table, Leg::Answer)?;
    both.text = format!(
        "{}
{}",
        both.text, permit.text
    );
    if both.place != permit.place {
        both.place = format!("the first line: {}; the rest: {}", both.place, permit.place);
    }
    both.edits.extend(permit.edits);
    Some(both)
}

/// A rule for established connections on top of the chain that packets of the leg pass. In the raw table there is no
/// connection yet, and nat never sees later packets.
fn established(policy: &Policy, table: &Table<'_>, leg: Leg) -> Option<Proposal> {
    if matches!(table.name, "raw" | "nat") {
        return None;
    }
    let chain = chain_of_leg(policy, table.name, leg);
    let (at, place) = table.first_of(&chain)?;
    Some(Proposal::adding(vec![format!("-A {chain} {ESTABLISHED}")], at, place))
}

pub(super) fn chain_of_leg(policy: &Policy, table: &str, leg: Leg) -> String {
    let (stages, otherwise) = match policy.hook {
        Hook::Forward => (&policy.forward, "FORWARD"),
        Hook::Output if leg == Leg::Answer => (&policy.input, "INPUT"),
        Hook::Output => (&policy.output, "OUTPUT"),
    };
    let names = stages.iter().filter_map(|stage| match stage {
        Stage::Filter { chain, .. } => policy.chain(*chain).map(|c| c.name.as_str()),
        _ => None,
    });
    let mut of_table = names.filter_map(|name| name.strip_prefix(table)).map(str::trim);
    of_table.next().unwrap_or(otherwise).to_owned()
}

/// Is there a rule that accepts the answers of the lost conversation? Only to choose the proposal: the proof decides.
fn answers_pass(job: &Job<'_>) -> bool {
    let policy = job.loss.policy;
    policy.answers != Answers::Filtered || super::pass::accepts_answer(policy, job.loss.witness)
}

/// The lines that permit the packets in a chain.
pub(super) fn permits(chain: &str, pass: &Pass) -> Vec<String> {
    matches(pass, false).iter().map(|what| format!("-A {chain}{what} -j ACCEPT")).collect()
}

/// What the lines ask for: the packets themselves or, backwards, their answers.
pub(super) fn matches(pass: &Pass, backwards: bool) -> Vec<String> {
    let mut out = Vec::new();
    let way = way(pass, backwards);
    let (from, to) = if backwards { ("-d", "-s") } else { ("-s", "-d") };
    for sources in chunks(&pass.sources) {
        for destinations in chunks(&pass.destinations) {
            for ports in port_matches(pass, backwards) {
                let (from, to) = (option(from, sources), option(to, destinations));
                let ends = if backwards { to + &from } else { from + &to };
                out.push(format!("{ends}{way}{}{ports}", proto(pass)));
            }
        }
    }
    out
}

fn way(pass: &Pass, backwards: bool) -> String {
    let (entry, exit) = if backwards { (&pass.exit, &pass.entry) } else { (&pass.entry, &pass.exit) };
    let by = |flag: &str, name: &Option<String>| name.as_ref().map_or_else(String::new, |n| format!(" {flag} {n}"));
    by("-i", entry) + &by("-o", exit)
}

fn proto(pass: &Pass) -> String {
    pass.proto_name().map_or_else(String::new, |name| format!(" -p {name}"))
}

fn option(flag: &str, addresses: &[IpNet]) -> String {
    if addresses.is_empty() {
        return String::new();
    }
    let list: Vec<String> = addresses.iter().map(IpNet::to_string).collect();
    format!(" {flag} {}", list.join(","))
}

/// Pieces of a list; an empty list is one empty piece.
fn chunks(addresses: &[IpNet]) -> Vec<&[IpNet]> {
    if addresses.is_empty() { vec![&[]] } else { addresses.chunks(MAX_ADDRESSES).collect() }
}

fn port_matches(pass: &Pass, backwards: bool) -> Vec<String> {
    if matches!(pass.proto, None | Some(ICMP) | Some(ICMPV6)) {
        return if backwards || pass.icmp.is_empty() { vec![String::new()] } else { icmp_matches(pass) };
    }
    let (mine, other) = if backwards { ("--sport", "--dport") } else { ("--dport", "--sport") };
    let name = pass.proto_name().unwrap_or_default();
    let other = match pass.source_ports.as_slice() {
        [] => String::new(),
        [_] => format!(" {other} {}", pass.source_port_list(":", ",")),
        _ => return many_ports(pass, mine, &format!(" -m multiport {other}s {}", pass.source_port_list(":", ","))),
    };
    match pass.ports.as_slice() {
        [] if other.is_empty() => vec![String::new()],
        [] => vec![format!(" -m {name}{other}")],
        [_] => vec![format!(" -m {name}{other} {mine} {}", pass.port_list(":", ","))],
        _ if other.is_empty() => many_ports(pass, mine, ""),
        _ => many_ports(pass, mine, &format!(" -m {name}{other}")),
    }
}

fn many_ports(pass: &Pass, flag: &str, first: &str) -> Vec<String> {
    let pieces = pass.ports.chunks(MAX_PORTS / 2).map(|ports| Pass { ports: ports.to_vec(), ..pass.clone() });
    let all: Vec<String> = pieces.map(|p| format!("{first} -m multiport {flag}s {}", p.port_list(":", ","))).collect();
    if all.is_empty() { vec![first.to_owned()] } else { all }
}

fn icmp_matches(pass: &Pass) -> Vec<String> {
    let option = if pass.proto == Some(ICMP) { "-m icmp --icmp-type" } else { "-m icmp6 --icmpv6-type" };
    pass.icmp.iter().map(|value| format!(" {option} {}/{}", value >> 8, value & 0xff)).collect()
}
