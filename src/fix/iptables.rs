//! Lines for `iptables-restore` and `ip6tables-restore`.

use super::lines::{Line, lines};
use super::{Job, Pass, Proposal};
use crate::policy::{Answers, Hook, ICMP, ICMPV6, Leg, Policy, Stage};
use crate::source::Span;
use crate::verify::Verdict;
use ipnet::IpNet;

/// Kernel and tool take no more ports in one `multiport` match (iptables-extensions(8)); a range counts as two.
const MAX_PORTS: usize = 15;
/// Addresses in one `-s` or `-d` list.
const MAX_ADDRESSES: usize = 10;

/// Lets answers and later packets of what was permitted pass.
const ESTABLISHED: &str = "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    let at = job.loss.at.start as usize;
    let table = Table::around(job.text, at)?;
    if job.loss.leg != Leg::Opening {
        return established(job.loss.policy, &table, job.loss.leg);
    }
    let line = table.outside_helpers(*table.lines.iter().find(|l| l.holds(at))?, job.loss.path);
    let chain = chain_of(line)?;
    let new: Vec<String> = job.passes.iter().flat_map(|p| permits(chain, p)).collect();
    let (offset, place) = table.place(line, chain)?;
    let permit = Proposal::adding(new, offset, place);
    if job.loss.verdict == Verdict::Intercepted || answers_pass(job) {
        return Some(permit);
    }
    let mut both = established(job.loss.policy, &table, Leg::Answer)?;
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

/// The lines of one table of a dump, from `*table` to `COMMIT`.
struct Table<'a> {
    name: &'a str,
    lines: Vec<Line<'a>>,
}

impl<'a> Table<'a> {
    fn around(text: &'a str, at: usize) -> Option<Table<'a>> {
        let mut table = Table { name: "filter", lines: Vec::new() };
        for line in lines(text) {
            if let Some(name) = line.text.strip_prefix('*') {
                table = Table { name: name.trim(), lines: Vec::new() };
            }
            table.lines.push(line);
            if line.text.trim() == "COMMIT" && at < line.next {
                return table.lines.first().is_some_and(|first| first.start <= at).then_some(table);
            }
        }
        None
    }

    fn rules<'t>(&'t self, chain: &'t str) -> impl DoubleEndedIterator<Item = Line<'a>> + 't {
        self.lines.iter().copied().filter(move |l| is_rule(*l) && chain_of(*l) == Some(chain))
    }

    /// Above the guilty rule; where a chain's end decides, below its last rule.
    fn place(&self, guilty: Line<'_>, chain: &str) -> Option<(usize, String)> {
        if is_rule(guilty) {
            return Some((guilty.start, format!("insert above line {}", guilty.number)));
        }
        let place = |line: Line<'_>| format!("append after line {}, the last rule of `{chain}`", line.number);
        self.rules(chain).next_back().map(|l| (l.next, place(l))).or_else(|| self.before_commit())
    }

    /// The guilty line, or the jump that leads to it where its chain permits nothing itself: a permit inside of a
    /// chain that only logs and drops would astonish every other caller.
    fn outside_helpers(&self, guilty: Line<'a>, path: &[Span]) -> Line<'a> {
        let mut line = guilty;
        for jump in path.iter().rev() {
            let caller = self.lines.iter().copied().find(|l| l.holds(jump.start as usize));
            let (Some(chain), Some(caller)) = (chain_of(line), caller) else { break };
            if self.rules(chain).any(permits_something) {
                break;
            }
            line = caller;
        }
        line
    }

    fn first_of(&self, chain: &str) -> Option<(usize, String)> {
        let place = |line: Line<'_>| format!("insert above line {}, the first rule of `{chain}`", line.number);
        self.rules(chain).next().map(|l| (l.start, place(l))).or_else(|| self.before_commit())
    }

    fn before_commit(&self) -> Option<(usize, String)> {
        let commit = self.lines.last()?;
        Some((commit.start, format!("insert above `COMMIT` in line {}", commit.number)))
    }
}

fn is_rule(line: Line<'_>) -> bool {
    line.words().any(|word| word == "-A") && !line.text.starts_with('#')
}

fn permits_something(line: Line<'_>) -> bool {
    line.words().any(|word| word == "ACCEPT")
}

/// The chain of a rule or of a `:CHAIN` line.
fn chain_of(line: Line<'_>) -> Option<&str> {
    match line.text.strip_prefix(':') {
        Some(rest) => rest.split_ascii_whitespace().next(),
        None => line.words().skip_while(|word| *word != "-A").nth(1),
    }
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

fn chain_of_leg(policy: &Policy, table: &str, leg: Leg) -> String {
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

fn permits(chain: &str, pass: &Pass) -> Vec<String> {
    let mut out = Vec::new();
    for sources in chunks(&pass.sources) {
        for destinations in chunks(&pass.destinations) {
            for ports in port_matches(pass) {
                let from = option("-s", sources);
                let to = option("-d", destinations);
                let proto = proto(pass);
                out.push(format!("-A {chain}{from}{to}{proto}{ports} -j ACCEPT"));
            }
        }
    }
    out
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

fn port_matches(pass: &Pass) -> Vec<String> {
    let without = pass.ports.is_empty() || matches!(pass.proto, None | Some(ICMP) | Some(ICMPV6));
    if without {
        return vec![String::new()];
    }
    if let (&[(low, high)], Some(name)) = (pass.ports.as_slice(), pass.proto_name()) {
        let port = if low == high { low.to_string() } else { format!("{low}:{high}") };
        return vec![format!(" -m {name} --dport {port}")];
    }
    let pieces = pass.ports.chunks(MAX_PORTS / 2).map(|ports| Pass { ports: ports.to_vec(), ..pass.clone() });
    pieces.map(|piece| format!(" -m multiport --dports {}", piece.port_list(":", ","))).collect()
}
