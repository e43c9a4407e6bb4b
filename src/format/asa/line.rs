//! From text to statements: a command with the lines that stand under it.

use super::script::Script;
use super::sink::Sink;
use super::words::{Words, trimmed};
use crate::format::Understanding;
use memchr::memmem;

/// A command at the outer level with the lines of its mode.
#[derive(Debug, Default)]
pub struct Statement<'a> {
    /// The command, without prompt and line end.
    pub head: &'a str,
    /// The lines below it.
    pub subs: Vec<&'a str>,
    /// Was it taken back by a later `no` or `clear`, or is it one of these?
    pub gone: bool,
    /// Its number in the order of commands.
    pub at: usize,
    /// The number of the command that took it back.
    pub until: Option<usize>,
}

/// Splits the text. Comments, banners and certificates are counted as neutral and left out.
pub fn statements<'a>(sink: &mut Sink<'a>) -> Vec<Statement<'a>> {
    let text = sink.input.text;
    let paged = memmem::find(text.as_bytes(), PAGER.as_bytes()).is_some();
    let mut script = Script::default();
    let mut block = Block::None;
    for raw in crate::source::lines(text) {
        let line = without_prompt(without_noise(if paged { without_pager(raw) } else { raw }));
        if block.holds(line) || is_comment(line) {
            if !line.is_empty() {
                sink.line(line, Understanding::Neutral, || "a comment or data".to_owned());
            }
            continue;
        }
        block = Block::opened_by(line);
        script.push(line, raw.starts_with([' ', '\t']), sink);
    }
    script.statements()
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with(['!', ':']) || line.starts_with("Cryptochecksum") || is_counter(line)
}

/// A line of `show access-list NAME brief`: hashes and counters, eight digits each.
fn is_counter(line: &str) -> bool {
    let is_number = |word: &str| word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    // Most lines are told apart by the byte that would end the first word.
    line.as_bytes().get(8).is_some_and(|b| !b.is_ascii_graphic())
        && Words::new(line).all(is_number)
        && Words::new(line).count() == 4
}

/// What the pager writes into a terminal log.
const PAGER: &str = "<--- More --->";

fn without_pager(raw: &str) -> &str {
    raw.rfind(PAGER).and_then(|at| raw.get(at + PAGER.len()..)).unwrap_or(raw)
}

/// Without white space around it, and without what a terminal log or a file begins with.
fn without_noise(raw: &str) -> &str {
    match trimmed(raw) {
        line if line.as_bytes().first().is_some_and(u8::is_ascii_graphic) => line,
        _ => raw.trim_start_matches(['\u{feff}', '\r', '\u{8}']).trim(),
    }
}

/// The line after `name#`, `name>` or `name(config-if)#`, if it begins so.
pub fn without_prompt(line: &str) -> &str {
    let Some(end) = memchr::memchr3(b'#', b'>', b' ', line.as_bytes()) else { return line };
    let name = line.get(..end).unwrap_or("");
    let is_prompt = line.get(end..).is_some_and(|l| !l.starts_with(' '))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./()".contains(c));
    if is_prompt { line.get(end + 1..).unwrap_or("").trim() } else { line }
}

/// Lines that are data and not commands.
enum Block<'a> {
    None,
    /// Hexadecimal data until `quit`.
    Certificate,
    /// A banner until the delimiter.
    Banner(&'a str),
}

impl<'a> Block<'a> {
    fn opened_by(line: &'a str) -> Block<'a> {
        if !line.starts_with("certificate") && !line.starts_with("banner") {
            return Block::None;
        }
        let mut words = Words::new(line);
        match words.next() {
            Some("certificate") => Block::Certificate,
            Some("banner") => {
                words.next();
                match words.peek().and_then(|w| w.get(..2)) {
                    Some("^C") if !words.rest().get(2..).unwrap_or("").contains("^C") => Block::Banner("^C"),
                    _ => Block::None,
                }
            }
            _ => Block::None,
        }
    }

    fn holds(&mut self, line: &str) -> bool {
        let (inside, last) = match self {
            Block::None => return false,
            // A cut certificate must not swallow the commands after it.
            Block::Certificate if line == "quit" => (true, true),
            Block::Certificate => {
                let is_hex = Words::new(line).all(|w| w.bytes().all(|b| b.is_ascii_hexdigit()));
                (is_hex, !is_hex)
            }
            Block::Banner(end) => (true, line.contains(*end)),
        };
        if last {
            *self = Block::None;
        }
        inside
    }
}

/// Does a line stand below a command? Pasted text has often lost its indentation, or has got some.
pub fn belongs_below(head: &str, line: &str, indented: bool) -> bool {
    if indented {
        return !is_outer(head, line);
    }
    if !["object-group ", "object ", "interface "].iter().any(|opens| head.starts_with(opens)) {
        return false;
    }
    let mut words = Words::new(line);
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let first = if first == "no" { second } else { first };
    if head.starts_with("object-group ") {
        return matches!(
            first,
            "network-object"
                | "port-object"
                | "service-object"
                | "group-object"
                | "protocol-object"
                | "icmp-object"
                | "description"
        );
    }
    if head.starts_with("object ") {
        return matches!(first, "host" | "subnet" | "range" | "fqdn") || first == "service" && words.next().is_some();
    }
    matches!(first, "nameif" | "security-level" | "management-only" | "shutdown")
}

/// Does an indented line begin a statement all the same?
fn is_outer(head: &str, line: &str) -> bool {
    let mut words = Words::new(line);
    match words.next() {
        Some("access-group" | "object-group" | "interface" | "time-range" | "hostname") => true,
        Some("object") => matches!(words.next(), Some("network" | "service")),
        Some("access-list") => !is_expansion(head, line),
        _ => false,
    }
}

/// `show access-list` prints the elements that an entry stands for below it, with the same line number.
fn is_expansion(head: &str, line: &str) -> bool {
    let number = |l| {
        let mut words = Words::new(l);
        let is_list = words.next() == Some("access-list");
        let name = words.next();
        if is_list && words.take_if("line") { Some((name?, words.next()?)) } else { None }
    };
    number(head).is_some_and(|n| number(line) == Some(n))
}
