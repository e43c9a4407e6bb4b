//! Options of `create`, which `ipset list` prints behind `Header:`, and those of entries.

use super::element::range;
use super::kind::{Kind, Part};
use crate::format::iptables::context::Bad;
use crate::format::iptables::token::Token;
use crate::format::iptables::value;
use crate::space::Family;

/// What `create` says of a set, as far as it counts for its contents.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub family: Family,
    /// The bits of addresses that count.
    pub mask: u128,
    /// The addresses or ports that a bitmap has room for.
    pub range: Option<(u128, u128)>,
    pub markmask: u32,
    /// May entries end by themselves?
    pub timed: bool,
    /// Do they unless they say otherwise?
    pub timeout: bool,
}

impl Options {
    /// Bits of an address that do not count.
    pub(super) fn host_mask(&self) -> u128 {
        self.family.max_address() & !self.mask
    }

    pub(super) fn new(family: Family) -> Options {
        Options { family, mask: family.max_address(), range: None, markmask: u32::MAX, timed: false, timeout: false }
    }
}

/// A word without the dashes that old ipset wanted in front of options.
pub(super) fn bare<'a>(word: &Token<'a>) -> &'a str {
    if word.quoted() { word.raw } else { word.text.trim_start_matches('-') }
}

/// Reads the words behind the type.
pub(super) fn create<'a>(kind: &Kind, words: &[Token<'a>]) -> Result<Options, Bad<'a>> {
    let mut options = Options::new(family(words)?);
    let (mut from, mut to) = (None, None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| Bad::new(word.raw, format!("`{}` needs a value", word.text)));
        match bare(word) {
            "counters" | "comment" | "skbinfo" | "forceadd" => {}
            "family" | "hashsize" | "maxelem" | "bucketsize" | "initval" | "size" | "probes" | "resize" => {
                value()?;
            }
            "timeout" => (options.timed, options.timeout) = (true, value()?.text != "0"),
            "netmask" | "bitmask" => options.mask = mask(kind, &options, value()?)?,
            "markmask" => {
                let text = value()?;
                options.markmask = value::number(text.text).ok_or_else(|| invalid(text, "a mask of marks"))?;
            }
            "range" | "network" => options.range = Some(bitmap_range(kind, value()?)?),
            "from" => from = Some(bitmap_range(kind, value()?)?.0),
            "to" => to = Some(bitmap_range(kind, value()?)?.1),
            _ => return Err(Bad::new(word.raw, format!("`{}` is not an option of {}", word.text, kind.name))),
        }
    }
    options.range = options.range.or(from.zip(to));
    Ok(options)
}

fn invalid<'a>(value: &Token<'a>, what: &str) -> Bad<'a> {
    Bad::new(value.raw, format!("`{}` is not {what}", value.text))
}

fn family<'a>(words: &[Token<'a>]) -> Result<Family, Bad<'a>> {
    let Some(at) = words.iter().position(|w| bare(w) == "family") else { return Ok(Family::V4) };
    match words.get(at + 1) {
        Some(v) if matches!(v.text, "inet" | "ipv4" | "-4") => Ok(Family::V4),
        Some(v) if matches!(v.text, "inet6" | "ipv6" | "-6") => Ok(Family::V6),
        Some(v) => Err(invalid(v, "a family")),
        None => Err(Bad::new("", "`family` needs a value")),
    }
}

/// A mask that is a prefix. One with holes, and one over pairs of networks, is refused: sets with them are rare, and
/// what is not known of a set is left open.
fn mask<'a>(kind: &Kind, options: &Options, text: &Token<'a>) -> Result<u128, Bad<'a>> {
    let net = value::net(options.family, &format!("{}/{}", zero(options.family), text.text));
    match net.filter(value::Net::is_prefix) {
        Some(net) if !kind.has(Part::Net) => Ok(net.mask),
        _ => Err(Bad::new(text.raw, format!("the mask `{}` of {} is not modelled", text.text, kind.name))),
    }
}

fn zero(family: Family) -> &'static str {
    match family {
        Family::V4 => "0.0.0.0",
        Family::V6 => "::",
    }
}

fn bitmap_range<'a>(kind: &Kind, text: &Token<'a>) -> Result<(u128, u128), Bad<'a>> {
    let found = if kind.has(Part::PlainPort) {
        let (low, high) = text.text.split_once('-').unwrap_or((text.text, text.text));
        value::port(low).zip(value::port(high)).map(|(a, b)| (u128::from(a.min(b)), u128::from(a.max(b))))
    } else {
        range(Family::V4, text.text)
    };
    found.filter(|_| kind.is_bitmap()).ok_or_else(|| invalid(text, "a range for a bitmap"))
}

/// What stands behind an entry.
#[derive(Debug, Default)]
pub(super) struct Extras<'a> {
    pub nomatch: bool,
    pub wildcard: bool,
    /// Some time that is not 0; `None` where nothing is said.
    pub timeout: Option<bool>,
    /// The member of a list that the new one stands before or after.
    pub neighbour: Option<&'a str>,
}

/// Reads the words behind an entry.
pub(super) fn entry<'a>(words: &[Token<'a>]) -> Result<Extras<'a>, Bad<'a>> {
    let mut extras = Extras::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| Bad::new(word.raw, format!("`{}` needs a value", word.text)));
        match bare(word) {
            "nomatch" => extras.nomatch = true,
            "wildcard" => extras.wildcard = true,
            "timeout" => extras.timeout = Some(value()?.text != "0"),
            "packets" | "bytes" | "comment" | "skbmark" | "skbprio" | "skbqueue" => {
                value()?;
            }
            "before" | "after" => extras.neighbour = Some(value()?.text),
            _ => return Err(Bad::new(word.raw, format!("`{}` is not an option of an entry", word.text))),
        }
    }
    Ok(extras)
}
