//! What stands after the addresses of an entry. The words are taken as tokens, in any order.

use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::policy::{Condition, TCP};
use crate::space::IntervalSet;

/// The options of an entry.
#[derive(Debug, Clone, Default)]
pub struct Options<'a> {
    /// TCP packets with these flags only, a set of [`Field::TcpFlags`](crate::space::Field::TcpFlags).
    pub flags: Option<IntervalSet>,
    /// Only parts of datagrams that are not the first: no packet of a judged conversation is one.
    pub fragments: bool,
    /// The name of a time range.
    pub time_range: Option<&'a str>,
    /// The reflexive list that gets an entry for the answers.
    pub reflect: Option<&'a str>,
    /// What else must hold, and is not in the text.
    pub conditions: Vec<Condition>,
}

const FLAGS: [(&str, u8); 6] = [("fin", 1), ("syn", 2), ("rst", 4), ("psh", 8), ("ack", 16), ("urg", 32)];

/// Options that look at parts of a packet that are not judged, with the number of words that follow; `COMPARED`
/// stands for a comparison such as `eq 5` or `range 1 5`.
const UNSEEN: &[(&str, usize)] = &[
    ("auth", 0),
    ("cos", 1),
    ("dest-option", 0),
    ("dest-option-type", 1),
    ("dscp", 1),
    ("ecn", 1),
    ("flow-label", 1),
    ("hbh", 0),
    ("mobility", 0),
    ("mobility-type", 1),
    ("nexthop-group", 1),
    ("option", 1),
    ("packet-length", COMPARED),
    ("precedence", 1),
    ("routing", 0),
    ("routing-type", 1),
    ("tos", 1),
    ("tracked", 0),
    ("traffic-class", 1),
    ("ttl", COMPARED),
    ("undetermined-transport", 0),
    ("user-defined", 1),
    ("vlan", 1),
];

const COMPARED: usize = usize::MAX;

/// Reads the options; `proto` is the entry's protocol where there is one.
pub fn options<'a>(words: &mut Words<'a>, proto: u8, sink: &Sink<'a>) -> Result<Options<'a>, String> {
    let mut options = Options::default();
    let mut any_of = 0u8;
    while let Some(word) = words.next() {
        let flag = FLAGS.iter().find(|(name, _)| *name == word).map(|(_, bit)| *bit);
        match word {
            "established" => options.narrow(|flags| flags & (ACK | RST) != 0),
            "match-all" | "match-any" => matched(&mut options, words, word == "match-all")?,
            "fragments" | "fragment" => options.fragments = true,
            "time-range" => options.time_range = Some(words.next().ok_or("a time range is missing")?),
            "reflect" => options.reflect = Some(words.next().ok_or("a name is missing")?),
            "timeout" => drop(words.take_when(super::line::is_number).ok_or("a number of seconds is missing")?),
            "sequence" => drop(words.take_when(super::line::is_number).ok_or("a sequence number is missing")?),
            // A text of the user's own may follow, which goes into the log.
            "log" | "log-input" => drop(words.take_when(|w| !is_option(w))),
            // Of lists that are written as an ASA writes them.
            "interval" => drop(words.take_when(super::line::is_number).ok_or("an interval is missing")?),
            "inactive" => options.conditions.push(sink.condition("switched off (`inactive`)", word)),
            // What follows is a comment.
            "!" => break,
            _ if word.starts_with('(') => skip_to(words, word, ')'),
            _ if word.starts_with('[') => skip_to(words, word, ']'),
            _ => match (flag, UNSEEN.iter().find(|(name, _)| *name == word)) {
                (Some(bit), _) => any_of |= bit,
                (None, Some((_, arguments))) => options.conditions.push(unseen(words, word, *arguments, sink)?),
                (None, None) => return Err(format!("`{word}` is not known at the end of an entry")),
            },
        }
    }
    if any_of != 0 {
        // Of several flags written side by side, one is enough; `match-all` asks for all.
        options.narrow(|flags| flags & any_of != 0);
    }
    if options.flags.is_some() && proto != TCP {
        return Err("only TCP has flags".to_owned());
    }
    Ok(options)
}

const RST: u8 = 4;
const ACK: u8 = 16;

impl Options<'_> {
    fn narrow(&mut self, keep: impl Fn(u8) -> bool) {
        let set = IntervalSet::from_ranges((0..64u8).filter(|f| keep(*f)).map(|f| (f.into(), f.into())));
        self.flags = Some(match &self.flags {
            Some(before) => before.intersect(&set),
            None => set,
        });
    }
}

/// `match-all +syn -ack`, `match-any +rst +fin`. (Cisco IOS Security Configuration Guide, "ACL TCP Flags Filtering".)
fn matched(options: &mut Options<'_>, words: &mut Words<'_>, all: bool) -> Result<(), String> {
    let (mut set, mut clear) = (0u8, 0u8);
    while let Some(word) = words.take_when(|w| w.starts_with(['+', '-'])) {
        let name = word.trim_start_matches(['+', '-']);
        let bit =
            FLAGS.iter().find(|(flag, _)| *flag == name).map(|f| f.1).ok_or_else(|| format!("`{word}` is no flag"))?;
        *(if word.starts_with('+') { &mut set } else { &mut clear }) |= bit;
    }
    if set | clear == 0 {
        return Err("flags are missing".to_owned());
    }
    options.narrow(|flags| match all {
        true => flags & set == set && flags & clear == 0,
        false => flags & set != 0 || !flags & clear != 0,
    });
    Ok(())
}

fn unseen<'a>(words: &mut Words<'a>, word: &'a str, arguments: usize, sink: &Sink<'a>) -> Result<Condition, String> {
    let mut text = word.to_owned();
    let count = match arguments {
        COMPARED => {
            if words.peek() == Some("range") {
                3
            } else {
                2
            }
        }
        count => count,
    };
    for _ in 0..count {
        text.push(' ');
        text.push_str(words.next().ok_or_else(|| format!("`{word}` is cut short"))?);
    }
    Ok(sink.condition(text, word))
}

/// Counters of a listing: `(10 matches)`, `[match 6 packets, 0:00:01 ago]`.
fn skip_to(words: &mut Words<'_>, first: &str, end: char) {
    let mut word = first;
    while !word.ends_with(end) {
        let Some(next) = words.next() else { return };
        word = next;
    }
}

fn is_option(word: &str) -> bool {
    const OTHERS: [&str; 16] = [
        "inactive",
        "interval",
        "established",
        "match-all",
        "match-any",
        "fragments",
        "fragment",
        "time-range",
        "reflect",
        "timeout",
        "sequence",
        "log",
        "log-input",
        "!",
        "(",
        "[",
    ];
    OTHERS.contains(&word)
        || word.starts_with(['(', '['])
        || FLAGS.iter().any(|(name, _)| *name == word)
        || UNSEEN.iter().any(|(name, _)| *name == word)
}
