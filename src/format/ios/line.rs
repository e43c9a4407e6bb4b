//! From text to statements: a command with the lines of its mode.

use crate::format::Understanding;
use crate::format::asa::line::without_prompt;
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use std::collections::HashMap;

/// A command at the outer level with the lines of its mode.
#[derive(Debug)]
pub struct Statement<'a> {
    /// The command, without prompt and line end.
    pub head: &'a str,
    /// The lines below it.
    pub subs: Vec<&'a str>,
}

/// Splits the text. Comments, banners and certificates are counted as neutral and left out.
pub fn statements<'a>(sink: &mut Sink<'a>) -> Vec<Statement<'a>> {
    let lines: Vec<&'a str> = sink.input.text.lines().collect();
    let mut banners = Banners::default();
    let mut all: Vec<Statement<'a>> = Vec::new();
    let (mut at, mut certificate) = (0, false);
    while let Some(raw) = lines.get(at) {
        let line = without_prompt(without_pager(raw));
        certificate &= is_certificate_data(line);
        if certificate || is_comment(line) {
            certificate &= line != "quit";
            if !line.is_empty() {
                sink.line(line, Understanding::Neutral, || "a comment or data".to_owned());
            }
            at += 1;
            continue;
        }
        certificate = Words::new(line).next() == Some("certificate");
        match all.last_mut() {
            Some(open) if belongs_below(open.head, line, raw.starts_with([' ', '\t'])) => open.subs.push(line),
            _ => all.push(Statement { head: line, subs: Vec::new() }),
        }
        let end = banners.end(line, at, &lines);
        for text in lines.get(at + 1..=end).unwrap_or_default() {
            sink.line(text, Understanding::Neutral, || "the text of a banner".to_owned());
        }
        at = end + 1;
    }
    all
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with(['!', '%', ':']) || line == "end"
}

/// What the pager leaves in a terminal log.
fn without_pager(raw: &str) -> &str {
    let marker = "--More--";
    let text = raw.rfind(marker).and_then(|at| raw.get(at + marker.len()..)).unwrap_or(raw);
    text.trim_start_matches(['\u{feff}', '\r', '\u{8}', ' ', '\t']).trim_end()
}

fn is_certificate_data(line: &str) -> bool {
    line == "quit" || Words::new(line).all(|w| w.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Where banners end. Each delimiter is looked for once, so that many open banners cost no more than one.
#[derive(Default)]
struct Banners {
    last: HashMap<String, Option<usize>>,
}

impl Banners {
    /// The number of the last line of the banner that a line begins; the line's own when it begins none, or one
    /// whose end is missing: it must not swallow the commands after it.
    fn end(&mut self, line: &str, at: usize, lines: &[&str]) -> usize {
        let Some((delimiter, rest)) = opened(line) else { return at };
        if rest.contains(&delimiter) {
            return at;
        }
        let last =
            self.last.entry(delimiter.clone()).or_insert_with(|| lines.iter().rposition(|l| l.contains(&delimiter)));
        if last.is_none_or(|last| last <= at) {
            return at;
        }
        let below = lines.get(at + 1..).unwrap_or_default();
        below.iter().position(|l| l.contains(&delimiter)).map_or(at, |found| at + 1 + found)
    }
}

/// The delimiter of a banner and what follows it on the line. EOS ends a banner with `EOF`.
fn opened(line: &str) -> Option<(String, &str)> {
    let mut words = Words::new(line);
    words.next().filter(|w| *w == "banner")?;
    let kind = words.next()?;
    let text = words.rest();
    if text.is_empty() {
        return matches!(kind, "motd" | "login" | "exec").then(|| ("EOF".to_owned(), text));
    }
    if let Some(rest) = text.strip_prefix("^C") {
        // The dump doubles the sign.
        return Some(("^C".to_owned(), rest.strip_prefix('C').unwrap_or(rest)));
    }
    let sign = text.chars().next()?;
    Some((sign.to_string(), text.get(sign.len_utf8()..).unwrap_or("")))
}

/// Does a line stand below a command? Pasted text has often lost its indentation, or has got some.
fn belongs_below(head: &str, line: &str, indented: bool) -> bool {
    if opens_mode(line) {
        return false;
    }
    if indented {
        return !head.starts_with("access-list ");
    }
    let mut words = Words::new(line);
    words.take_if("no");
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    match Mode::of(head) {
        Mode::List => {
            matches!(
                first,
                "permit" | "deny" | "remark" | "evaluate" | "dynamic" | "sequence" | "statistics" | "counters"
            ) || is_number(first)
        }
        Mode::Group => {
            matches!(
                first,
                "host"
                    | "range"
                    | "any"
                    | "description"
                    | "group-object"
                    | "tcp"
                    | "udp"
                    | "tcp-udp"
                    | "icmp"
                    | "eq"
                    | "lt"
                    | "gt"
                    | "neq"
                    | "network-object"
                    | "service-object"
                    | "port-object"
                    | "protocol-object"
            ) || is_number(first)
                || super::address::prefix(first).is_some()
                || crate::format::asa::address::v4(first).is_some()
        }
        Mode::Interface => match first {
            "ip" => {
                matches!(
                    second,
                    "address"
                        | "access-group"
                        | "nat"
                        | "inspect"
                        | "policy"
                        | "verify"
                        | "unnumbered"
                        | "unreachables"
                        | "vrf"
                ) && !is_global_ip(second, words)
            }
            "ipv6" => matches!(second, "address" | "traffic-filter" | "access-group" | "enable" | "inspect" | "verify"),
            "description" | "shutdown" | "switchport" | "zone-member" | "vrf" | "encapsulation" => true,
            _ => false,
        },
        Mode::Other => false,
        Mode::TimeRange => matches!(first, "absolute" | "periodic"),
    }
}

/// `ip nat inside source ...`, `ip inspect name ...` and `ip vrf NAME` stand at the outer level, too.
fn is_global_ip(second: &str, mut words: Words<'_>) -> bool {
    match (second, words.next()) {
        // Below an interface only the side stands.
        ("nat", side) => !words.is_done() || !matches!(side, Some("inside" | "outside" | "enable")),
        ("inspect", Some("name" | "log" | "audit-trail" | "tcp" | "udp" | "max-incomplete" | "one-minute")) => true,
        ("vrf", word) => word != Some("forwarding"),
        _ => false,
    }
}

/// What kind of lines follows a command.
enum Mode {
    List,
    Group,
    Interface,
    TimeRange,
    Other,
}

impl Mode {
    fn of(head: &str) -> Mode {
        let mut words = Words::new(head);
        match (words.next(), words.next()) {
            (Some("interface"), _) => Mode::Interface,
            (Some("ip" | "ipv4" | "ipv6"), Some("access-list")) => Mode::List,
            (Some("object-group"), _) => Mode::Group,
            (Some("time-range"), _) => Mode::TimeRange,
            _ if super::listing::title(head).is_some() => Mode::List,
            _ => Mode::Other,
        }
    }
}

/// Commands that stand at the outer level however they are indented.
fn opens_mode(line: &str) -> bool {
    let mut words = Words::new(line);
    words.take_if("no");
    match (words.next(), words.next()) {
        (Some("interface" | "hostname"), Some(_)) => true,
        (Some("ip" | "ipv4" | "ipv6" | "mac" | "arp"), Some("access-list")) => true,
        (Some("object-group"), Some(kind)) => super::group::is_kind(kind) && words.peek().is_some(),
        (Some("access-list"), Some(name)) => is_number(name) && words.peek().is_some(),
        _ => super::listing::title(line).is_some(),
    }
}

/// Is it made of digits?
pub fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}
