//! Why there is no fix, in sentences.

use crate::fix::plan::{Change, Obstacle, Stopped};
use crate::policy::Leg;
use crate::report::address;
use crate::space::Family;
use crate::verify::Verdict;

/// One sentence for an obstacle; `flow` and `file` name what it counts.
pub fn sentence(obstacle: &Obstacle, flow: impl Fn(usize) -> String, file: impl Fn(usize) -> String) -> String {
    let at = |stopped: &Stopped| place(stopped, &flow, &file);
    match obstacle {
        Obstacle::Unreadable => "the text holds no rules that could be mended".to_owned(),
        Obstacle::Unconfirmed => {
            "the lines that let it pass change who the clients are taken to be: name them with --from".to_owned()
        }
        Obstacle::NoWriter(format) => format!("there is no writer for `{format}`: mend it where it is generated"),
        Obstacle::NoPlace(verdict) => {
            format!("a required flow is {}, and no line of the text is to blame for it", verdict.name())
        }
        Obstacle::NoLine(stopped) => format!("{}, and no line that could be added there helps", at(stopped)),
        Obstacle::NoHelp(stopped) => format!("{}, and it does not pass with the lines that were tried", at(stopped)),
        Obstacle::Outside(stopped, change) => {
            format!("{}; the lines that let it pass also change what is not required: {}", at(stopped), other(change))
        }
        Obstacle::TooComplex(stopped) => {
            format!(
                "{}; that the lines for it change nothing else could not be proved, the rules are too many",
                at(stopped)
            )
        }
    }
}

fn place(stopped: &Stopped, flow: impl Fn(usize) -> String, file: impl Fn(usize) -> String) -> String {
    let what = match (stopped.verdict, stopped.leg) {
        (Verdict::Intercepted, _) => "is sent elsewhere",
        (Verdict::Undecided, _) => "is undecided",
        (_, Leg::Opening) => "is denied",
        (_, Leg::Answer) => "loses its answers",
        (_, Leg::Later) => "loses its later packets",
    };
    let (flow, file) = (flow(stopped.flow), file(stopped.file));
    format!("`{flow}` {what} by `{}` in {file}", stopped.line)
}

/// `udp 10.0.0.1:1024 > 192.0.2.1:443 from lan to wan was denied`.
fn other(change: &Change) -> String {
    let c = &change.witness;
    let end = |value, port| match (c.family, port) {
        (_, 0) => address(c.family, value),
        (Family::V4, port) => format!("{}:{port}", address(c.family, value)),
        (Family::V6, port) => format!("[{}]:{port}", address(c.family, value)),
    };
    let proto = match c.proto {
        crate::policy::TCP => "tcp".to_owned(),
        crate::policy::UDP => "udp".to_owned(),
        other => format!("protocol {other}"),
    };
    let (from, to) = (end(c.src, c.sport), end(c.dst, c.dport));
    let by = match &change.by {
        (entry, exit) if entry.is_empty() => format!("to {exit}"),
        (entry, exit) => format!("from {entry} to {exit}"),
    };
    format!("{proto} {from} > {to} {by} was {}", change.before.name())
}
