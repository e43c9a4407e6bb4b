//! The plain output of `ipset list`: for each set a head, and its members below `Members:`.

use super::reader::Reader;
use super::store::{Effect, Set};
use crate::format::iptables::context::Bad;
use crate::format::iptables::token::{Token, tokenise};

/// A set whose lines are being read.
pub(super) struct Listing<'a> {
    name: Token<'a>,
    /// Its type, once that was read.
    kind: Option<Token<'a>>,
    /// How many entries the head says there are, and the line that does.
    count: Option<(usize, &'a str)>,
    members: Option<usize>,
    defined: bool,
}

/// Does the line begin a set?
pub(super) fn is_opened_by(line: &str) -> bool {
    line.starts_with("Name: ")
}

impl<'a> Reader<'a> {
    /// A line of a listing.
    pub(super) fn listed(&mut self, line: &'a str, words: &mut Vec<Token<'a>>) {
        if let Some(name) = line.strip_prefix("Name: ") {
            self.close_listing();
            let name = Token { raw: name.trim(), text: name.trim() };
            self.listing = Some(Listing { name, kind: None, count: None, members: None, defined: false });
            return;
        }
        if line.is_empty() {
            return self.close_listing();
        }
        let Some(listing) = &mut self.listing else { return };
        if listing.members.is_some() {
            return self.listed_entry(line, words);
        }
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        match key {
            "Type" => listing.kind = Some(Token { raw: value.trim(), text: value.trim() }),
            "Header" => self.define(words, value),
            "Number of entries" => listing.count = value.trim().parse().ok().map(|n| (n, line)),
            "Members" => {
                listing.members = Some(0);
                self.define(words, "");
            }
            _ => {}
        }
    }

    /// Makes the set of a listing, unless it is made already.
    fn define(&mut self, words: &mut Vec<Token<'a>>, header: &'a str) {
        let Some(listing) = self.listing.as_mut().filter(|l| !l.defined) else { return };
        listing.defined = true;
        let (name, kind) = (listing.name, listing.kind);
        let span = self.input.span(name.raw);
        let made = match (kind, tokenise(header, words)) {
            (Some(kind), Ok(())) => self.defined(&kind, words),
            (None, _) => Err(Bad::new(name.raw, "the listing does not say the type of the set")),
            (_, Err(part)) => Err(Bad::new(part, "a quote is not closed")),
        };
        if self.sets.holds(name.text) {
            return self.bad(Some(name.text), &Bad::new(name.raw, format!("the set `{}` exists already", name.text)));
        }
        let (set, bad) = match made {
            Ok((kind, options)) => (Set::new(kind, options, span), None),
            Err(bad) => (Set::unread(span, &bad.why), Some(bad)),
        };
        self.sets.all.insert(name.text.to_owned(), set);
        if let Some(bad) = bad {
            self.bad(Some(name.text), &bad);
        }
    }

    fn listed_entry(&mut self, line: &'a str, words: &mut Vec<Token<'a>>) {
        let Some(listing) = &mut self.listing else { return };
        listing.members = listing.members.map(|n| n + 1);
        let name = listing.name;
        let done = match tokenise(line, words) {
            Ok(()) => self.entry(&name, words, Effect::Add, false),
            Err(part) => Err(Bad::new(part, "a quote is not closed")),
        };
        if let Err(bad) = done {
            self.bad(Some(name.text), &bad);
        }
    }

    /// Ends a listing: without members, or with fewer than it says, the set is not known.
    pub(super) fn close_listing(&mut self) {
        let Some(listing) = self.listing.take() else { return };
        let name = listing.name.text;
        if !listing.defined {
            let why = "the listing of the set is cut off";
            self.sets.all.entry(name.to_owned()).or_insert_with(|| Set::unread(self.input.span(listing.name.raw), why));
        }
        let Some(set) = self.sets.all.get_mut(name) else { return };
        let Some(shown) = listing.members else {
            return set.forget("the listing leaves out its members (`ipset list -t`)");
        };
        // Entries that have ended by themselves are counted for a while and not shown.
        let ended = set.options.timed;
        if let Some((said, line)) = listing.count.filter(|(said, _)| shown > *said || shown < *said && !ended) {
            let why = format!("the listing says {said} entries and shows {shown}");
            self.bad(Some(name), &Bad::new(line, why));
        }
    }
}
