//! Route maps, as far as they select packets.

use crate::format::asa::words::Words;

/// A clause of a route map.
#[derive(Debug, Clone, Default)]
pub struct Clause<'a> {
    /// `permit` or `deny`?
    pub permit: bool,
    /// The position, which orders the clauses.
    pub number: u32,
    /// Lists, one of which the packet must match; none matches every packet.
    pub lists: Vec<&'a str>,
    /// Interfaces, one of which the packet must leave by.
    pub interfaces: Vec<String>,
    /// Does it ask for anything else?
    pub asks_more: bool,
}

impl<'a> Clause<'a> {
    /// Reads what follows `route-map NAME`, and the lines below.
    pub fn read(mut words: Words<'a>, lines: &[&'a str]) -> Clause<'a> {
        let permit = words.next() != Some("deny");
        let mut clause =
            Clause { permit, number: words.next().and_then(|w| w.parse().ok()).unwrap_or(10), ..Clause::default() };
        for line in lines {
            let mut words = Words::new(line);
            if !words.take_if("match") {
                continue;
            }
            match (words.next(), words.next()) {
                (Some("ip"), Some("address")) if words.peek() != Some("prefix-list") => clause.lists.extend(words),
                (Some("interface"), Some(_)) => {
                    let mut words = Words::new(line);
                    words.nth(1);
                    while let Some(name) = super::interface::name(&mut words) {
                        clause.interfaces.push(name);
                    }
                }
                _ => clause.asks_more = true,
            }
        }
        clause
    }
}
