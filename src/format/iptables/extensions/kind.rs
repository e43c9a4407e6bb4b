//! Kinds of values.

use crate::format::iptables::{names, value};
use crate::space::Family;

/// What the value of an option must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format::iptables) enum Kind {
    /// Anything, or what the reader of the match looks at itself.
    Any,
    /// At most so many bytes.
    Text(usize),
    /// A number with its bounds.
    Number(u64, u64),
    /// `a`, `a:b`, `a:` or `:b` up to a bound; `4:3` is taken, and matches nothing.
    Range(u64),
    /// The same, without `4:3`.
    Forward(u64),
    /// `value` or `value/mask`, both up to a bound.
    Masked(u64),
    /// The same, or a name that a file of the system explains.
    NamedMask(u64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words, or of beginnings of them.
    Words(&'static [&'static str]),
    /// A list of numbers up to a bound.
    Numbers(u64),
    /// A length of a prefix, or a mask.
    Prefix,
    Address,
    Net,
    /// `prefix/length` of IPv6.
    Prefix6,
    Mac,
    Port,
    Protocol,
    Interface,
    /// `amount/unit`, with the most that is told apart in a second.
    Rate(u64),
    /// Days of the week: names, of which two letters count, or numbers.
    Weekdays,
    /// Headers of IPv6, by the names of the match or of protocols.
    Headers(&'static [&'static str]),
    /// A port or a range of ports that may end before it begins.
    AnyPorts,
    /// `a-b` or one address.
    AddressRange,
    /// A user or a group: a name, a number, or `a-b`.
    Owner,
    /// A share from 0 to 1.
    Share,
    /// `hh:mm[:ss]`.
    Clock,
    /// `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`.
    Date,
    /// A class of the differentiated services.
    Dscp,
    /// A type of service: a name, or `value/mask`.
    Tos,
    /// `major:minor`, both hexadecimal.
    Class,
    /// A zone of connection tracking: a number, or the mark of the packet.
    Zone,
    /// A type of mobility header: a name, a number or a range.
    MobilityType,
}

/// How a value fits its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// A range that ends before it begins.
    Backward,
}

impl Fit {
    fn of<T: PartialOrd>(ends: Option<(T, T)>) -> Fit {
        ends.map_or(Fit::No, |(first, last)| if first <= last { Fit::Yes } else { Fit::Backward })
    }
}

impl Kind {
    /// Is the text a value of this kind?
    pub(super) fn fit(self, text: &str, family: Family) -> Fit {
        match self {
            Kind::Range(high) => Fit::of(range(text, high)),
            Kind::AnyPorts => Fit::of(ports(text)),
            Kind::AddressRange => Fit::of(address_ends(family, text)),
            _ if self.holds(text, family) => Fit::Yes,
            _ => Fit::No,
        }
    }

    fn holds(self, text: &str, family: Family) -> bool {
        let one_of = |words: &[&str], text: &str| words.iter().any(|w| w.eq_ignore_ascii_case(text));
        let begins_one = |words: &[&str], text: &str| words.iter().any(|w| names::begins(w, text));
        match self {
            Kind::Any => true,
            Kind::Text(longest) => text.len() <= longest && !text.is_empty(),
            Kind::Number(low, high) => number(text).is_some_and(|n| low <= n && n <= high),
            Kind::Range(high) | Kind::Forward(high) => range(text, high).is_some_and(|(a, b)| a <= b),
            Kind::Masked(high) => masked(text, high),
            Kind::NamedMask(high) => masked(text, high) || text.starts_with(|c: char| c.is_ascii_alphabetic()),
            Kind::Word(words) => one_of(words, text),
            Kind::Words(words) => text.split(',').all(|w| begins_one(words, w)),
            Kind::Numbers(high) => text.split(',').all(|w| number(w).is_some_and(|n| n <= high)),
            Kind::Prefix => value::prefix_mask(family, text).or_else(|| value::address(family, text)).is_some(),
            Kind::Address => value::short_address(family, text).is_some() || is_host_name(text),
            Kind::Net => is_net(family, text) || is_host_name(text),
            Kind::Prefix6 => text.split_once('/').is_some() && value::net(Family::V6, text).is_some(),
            Kind::Mac => is_mac(text),
            Kind::Port => value::port(text).is_some(),
            Kind::Protocol => value::protocol(text).is_some(),
            Kind::Interface => !text.is_empty() && text.len() <= value::LONGEST_INTERFACE,
            Kind::Rate(most) => is_rate(text, most),
            Kind::Weekdays => text.split(',').all(is_weekday),
            Kind::Headers(words) => text.split(',').all(|w| one_of(words, w) || value::protocol(w).is_some()),
            Kind::AnyPorts => ports(text).is_some(),
            Kind::AddressRange => value::address_range(family, text).is_some(),
            Kind::Owner => is_owner(text),
            Kind::Share => text.parse::<f64>().is_ok_and(|share| (0.0..=1.0).contains(&share)),
            Kind::Clock => is_clock(text),
            Kind::Date => is_date(text),
            Kind::Dscp => names::dscp_class(text).is_some(),
            Kind::Tos => masked(text, 255) || names::tos(text).is_some(),
            Kind::MobilityType => range(text, 255).is_none_or(|(a, b)| a <= b) && !text.starts_with('-'),
            Kind::Zone => text == "mark" || number(text).is_some_and(|n| n <= u64::from(u16::MAX)),
            Kind::Class => text.split_once(':').is_some_and(|(a, b)| is_class_part(a) && is_class_part(b)),
        }
    }

    /// What is expected, with an article.
    pub(super) fn expected(self) -> String {
        let fixed = match self {
            Kind::Any => "a value",
            Kind::Text(longest) => return format!("a text of 1 to {longest} characters"),
            Kind::Number(low, high) => return format!("a number from {low} to {high}"),
            Kind::Range(high) | Kind::Forward(high) => return format!("a number or a range of numbers up to {high}"),
            Kind::Masked(_) | Kind::NamedMask(_) => "a number with or without a mask",
            Kind::Word(words) => return format!("one of {}", words.join(", ")),
            Kind::Words(words) => return format!("a list of {}", words.join(", ")),
            Kind::Numbers(high) => return format!("a list of numbers up to {high}"),
            Kind::Prefix => "the length of a prefix",
            Kind::Address => "an address",
            Kind::Net => "an address with or without a mask",
            Kind::Prefix6 => "an IPv6 prefix with its length",
            Kind::Mac => "a MAC address",
            Kind::Port => "a port",
            Kind::Protocol => "a protocol",
            Kind::Interface => "the name of an interface",
            Kind::Rate(_) => "a rate such as `10/second`, or it is too fast",
            Kind::Weekdays => "a list of days such as `Mon,Tue`",
            Kind::Headers(words) => return format!("a list of {}", words.join(", ")),
            Kind::AnyPorts => "a port or a range of ports",
            Kind::AddressRange => "a range of addresses",
            Kind::Owner => "a name, a number or a range of numbers",
            Kind::Share => "a number from 0 to 1",
            Kind::Clock => "a time of the day such as `08:30`",
            Kind::Date => "a date such as `2026-01-31T08:30`",
            Kind::Dscp => "a class of service such as `EF` or `AF11`",
            Kind::Tos => "a type of service",
            Kind::MobilityType => "a type of mobility header",
            Kind::Zone => "a zone from 0 to 65535, or `mark`",
            Kind::Class => "a class such as `1:10`",
        };
        fixed.to_owned()
    }
}

/// A number of 64 bits as strtoul(3) reads it.
fn number(text: &str) -> Option<u64> {
    let text = value::without_plus(text)?;
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    u64::from_str_radix(digits, radix).ok()
}

fn range(text: &str, high: u64) -> Option<(u64, u64)> {
    let within = |text: &str| number(text).filter(|n| *n <= high);
    let Some((first, last)) = text.split_once(':') else { return within(text).map(|n| (n, n)) };
    let end = |text: &str, open| if text.is_empty() { Some(open) } else { within(text) };
    Some((end(first, 0)?, end(last, high)?))
}

fn masked(text: &str, high: u64) -> bool {
    text.splitn(2, '/').all(|part| number(part).is_some_and(|n| n <= high))
}

/// Addresses that were made unreadable (`XX:XX:XX:XX:XX:XX`) are taken as well.
fn is_mac(text: &str) -> bool {
    let part = |p: &str| matches!(p.len(), 1 | 2) && p.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, 'x' | 'X'));
    text.split(':').count() == 6 && text.split(':').all(part)
}

/// Matches take lengths of prefixes that are too long, and other spellings of addresses than iptables itself.
fn is_net(family: Family, text: &str) -> bool {
    let (host, mask) = text.split_once('/').unwrap_or((text, "0"));
    value::short_address(family, host).is_some() && (decimal(mask).is_some() || value::address(family, mask).is_some())
}

/// Names are looked up when the rule is loaded, so what they stand for is not in the text.
fn is_host_name(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or(text);
    let last = host.rsplit('.').next().unwrap_or(host);
    last.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn is_rate(text: &str, most: u64) -> bool {
    const UNITS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400)];
    let (amount, unit) = text.split_once('/').unwrap_or((text, "s"));
    let seconds = UNITS.iter().find(|(name, _)| names::begins(name, unit)).map(|(_, seconds)| *seconds);
    let digits = amount.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number = digits.parse::<u64>().ok().filter(|n| *n > 0);
    match (number, seconds, amount.get(digits.len()..)) {
        (Some(number), Some(seconds), Some("")) => number <= most * seconds,
        (Some(_), Some(_), Some("b" | "kb" | "mb")) => true,
        _ => false,
    }
}

fn is_weekday(text: &str) -> bool {
    const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    let named = || text.get(..2).is_some_and(|start| DAYS.iter().any(|d| d.eq_ignore_ascii_case(start)));
    decimal(text).is_some() || named()
}

fn ports(text: &str) -> Option<(u64, u64)> {
    let port = |text: &str| names::service(text).map(u64::from).or_else(|| decimal(text.trim_start_matches('+')));
    let Some((first, last)) = text.split_once(':') else { return port(text).map(|p| (p, p)) };
    let end = |text: &str, open| if text.is_empty() { Some(open) } else { port(text) };
    Some((end(first, 0)?, end(last, u64::from(u16::MAX))?))
}

fn address_ends(family: Family, text: &str) -> Option<(u128, u128)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((value::short_address(family, first)?, value::short_address(family, last)?))
}

fn is_owner(text: &str) -> bool {
    let id = |t: &str| number(t).is_some_and(|n| n <= u64::from(u32::MAX));
    let numbers = text.split_once('-').is_some_and(|(a, b)| id(a) && id(b));
    numbers || id(text) || text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':');
    let mut within = |high: u64| parts.next().and_then(decimal).is_some_and(|n| n <= high);
    within(23)
        && within(59)
        && parts.next().is_none_or(|s| decimal(s).is_some_and(|n| n <= 59))
        && parts.next().is_none()
}

fn is_date(text: &str) -> bool {
    let (day, clock) = text.split_once('T').map_or((text, None), |(d, c)| (d, Some(c)));
    let mut parts = day.split('-');
    let year = parts.next().and_then(decimal).is_some_and(|y| (1970..=2038).contains(&y));
    let mut rest = |high: u64| parts.next().is_none_or(|p| decimal(p).is_some_and(|n| (1..=high).contains(&n)));
    let clock = clock.is_none_or(|c| is_clock(c) || decimal(c).is_some_and(|h| h <= 23));
    year && rest(12) && rest(31) && parts.next().is_none() && clock
}

fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))
}

/// sscanf(3) stops at the first character that is no digit.
fn is_class_part(text: &str) -> bool {
    text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_hexdigit())
}
