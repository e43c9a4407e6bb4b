//! What comes out of VPN tunnels: by which interfaces, from whom, and which list filters it.
//!
//! Decrypted traffic passes by the lists of interfaces in both directions unless the text says `no sysopt connection
//! permit-vpn`; the `vpn-filter` of a user or group policy is asked all the same, with the remote side as the source of
//! its entries (Cisco document 99103, "Configure VPN Filters on Cisco ASA").

use super::config::Config;
use super::entry::Entries;
use super::line::Statement;
use super::lower::permitted;
use super::words::Words;
use crate::space::{Family, Field, IntervalSet};
use std::collections::{HashMap, HashSet};

/// Addresses behind tunnels that end here, by family.
pub struct Tunnels<'a> {
    v4: Vec<Remote<'a>>,
    v6: Vec<Remote<'a>>,
}

impl<'a> Tunnels<'a> {
    /// Of one family.
    pub fn of(&self, family: Family) -> &[Remote<'a>] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// Addresses behind tunnels.
pub struct Remote<'a> {
    /// The addresses.
    pub addresses: IntervalSet,
    /// The interfaces where their tunnels end.
    pub doors: Vec<&'a str>,
    /// The lists that may filter them, each with its line; `None` is no list. More than one where users differ.
    pub filters: Vec<Option<Filter<'a>>>,
    /// The line that names them.
    pub line: &'a str,
}

/// A list for what comes out of tunnels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Filter<'a> {
    /// Its name.
    pub acl: &'a str,
    /// The `vpn-filter` line.
    pub line: &'a str,
}

/// All tunnels of a configuration; `rules` are those of its access lists.
pub fn tunnels<'a>(config: &Config<'a>, rules: &HashMap<&'a str, Entries>) -> Tunnels<'a> {
    let index = Index::of(config);
    let heads = || config.others.iter().map(|s| s.head);
    let of = |family| {
        let mut all: Vec<Remote<'a>> = heads().filter_map(|line| index.users(config, line, family)).collect();
        all.extend(heads().filter_map(|line| index.site(rules, line, family)));
        all.retain(|remote| !remote.doors.is_empty() && !remote.addresses.is_empty());
        all
    };
    Tunnels { v4: of(Family::V4), v6: of(Family::V6) }
}

/// The group policy that others inherit from.
const DEFAULT: &str = "DfltGrpPolicy";

/// What the text says of tunnels, by name.
#[derive(Default)]
struct Index<'a> {
    /// Interfaces where tunnels of users end.
    doors: Vec<&'a str>,
    /// Interfaces of crypto maps.
    maps: HashMap<&'a str, Vec<&'a str>>,
    /// The peers of the entries of crypto maps.
    peers: HashMap<(&'a str, &'a str), Vec<&'a str>>,
    /// The policies of tunnel groups.
    groups: HashMap<&'a str, &'a str>,
    /// Tunnel groups and policies that give addresses of a pool.
    pools: HashMap<&'a str, Vec<Giver<'a>>>,
    /// All group policies.
    policies: Vec<&'a str>,
    /// The filters of those that say something of theirs.
    filters: HashMap<&'a str, Option<Filter<'a>>>,
    /// Filters of single users.
    users: Vec<Option<Filter<'a>>>,
}

/// Who gives an address of a pool.
#[derive(Clone, Copy)]
enum Giver<'a> {
    Group(&'a str),
    Policy(&'a str),
}

impl<'a> Index<'a> {
    fn of(config: &Config<'a>) -> Index<'a> {
        let mut index = Index::default();
        config.others.iter().for_each(|statement| index.take(statement));
        index.doors.sort_unstable();
        index.doors.dedup();
        index
    }

    fn take(&mut self, statement: &Statement<'a>) {
        let words: Vec<&'a str> = Words::new(statement.head).collect();
        match *words {
            ["crypto", "map", map, "interface", door] => {
                self.doors.push(door);
                self.maps.entry(map).or_default().push(door);
            }
            ["crypto", "map", map, number, "set", "peer", ref peers @ ..] => {
                self.peers.entry((map, number)).or_default().extend(peers);
            }
            ["crypto", "isakmp" | "ikev1" | "ikev2", "enable", door, ..] => self.doors.push(door),
            ["webvpn"] => {
                let enabled = statement.subs.iter().filter(|l| Words::new(l).next() == Some("enable"));
                self.doors.extend(enabled.filter_map(|l| Words::new(l).nth(1)));
            }
            ["tunnel-group", group, "general-attributes"] => self.group(group, statement),
            ["group-policy", policy, "attributes"] => {
                self.policies.push(policy);
                self.filters.extend(own_filter(statement).map(|filter| (policy, filter)));
                self.give("address-pools", Giver::Policy(policy), statement);
            }
            ["username", _, "attributes"] => self.users.extend(own_filter(statement)),
            _ => {}
        }
    }

    fn group(&mut self, group: &'a str, statement: &Statement<'a>) {
        self.give("address-pool", Giver::Group(group), statement);
        for line in &statement.subs {
            let mut words = Words::new(line);
            if words.take_if("default-group-policy")
                && let Some(policy) = words.next()
            {
                self.groups.insert(group, policy);
            }
        }
    }

    fn give(&mut self, command: &str, giver: Giver<'a>, statement: &Statement<'a>) {
        for line in &statement.subs {
            let mut words = Words::new(line);
            if words.take_if(command) {
                words.for_each(|pool| self.pools.entry(pool).or_default().push(giver));
            }
        }
    }

    fn policy_of(&self, group: &str) -> &'a str {
        self.groups.get(group).copied().unwrap_or(DEFAULT)
    }

    /// The list of a group policy: its own, else that of the policy which all inherit from.
    fn filter_of(&self, policy: &str) -> Option<Filter<'a>> {
        self.filters.get(policy).or_else(|| self.filters.get(DEFAULT)).copied().flatten()
    }

    /// `ip local pool NAME A-B`: the users of a pool. Their filters are those of the group policies that come with the pool,
    /// of all where the text does not say which, and of users that have one of their own.
    fn users(&self, config: &Config<'a>, line: &'a str, family: Family) -> Option<Remote<'a>> {
        let (name, addresses) = pool(config, line, family)?;
        let policies: Vec<&str> = match self.pools.get(name) {
            Some(givers) => givers.iter().map(|giver| self.policy_by(*giver)).collect(),
            None => self.policies.iter().copied().chain([DEFAULT]).collect(),
        };
        let filters = policies.into_iter().map(|policy| self.filter_of(policy)).chain(self.users.iter().copied());
        Some(Remote { addresses, doors: self.doors.clone(), filters: different(filters), line })
    }

    fn policy_by(&self, giver: Giver<'a>) -> &'a str {
        match giver {
            Giver::Group(group) => self.policy_of(group),
            Giver::Policy(policy) => policy,
        }
    }

    /// The far side of `crypto map NAME SEQ match address LIST`.
    fn site(&self, rules: &HashMap<&'a str, Entries>, line: &'a str, family: Family) -> Option<Remote<'a>> {
        let words: Vec<&'a str> = Words::new(line).collect();
        let ["crypto", "map", map, number, "match", "address", list, ..] = *words else { return None };
        let addresses = permitted(rules.get(list)?.of(family), family)?.values(Field::Dst);
        let peers = self.peers.get(&(map, number)).map_or(&[][..], Vec::as_slice);
        let filters = peers.iter().map(|peer| self.filter_of(self.policy_of(peer)));
        let inherited = peers.is_empty().then(|| self.filter_of(DEFAULT));
        let doors = self.maps.get(map).cloned().unwrap_or_default();
        Some(Remote { addresses, doors, filters: different(filters.chain(inherited)), line })
    }
}

/// Each filter once, in the order of the text so that reports do not change from run to run.
fn different<'a>(filters: impl Iterator<Item = Option<Filter<'a>>>) -> Vec<Option<Filter<'a>>> {
    let mut all: Vec<_> = filters.collect::<HashSet<_>>().into_iter().collect();
    all.sort_by_key(|filter| filter.map(|f| f.line.as_ptr() as usize));
    all
}

/// `ip local pool NAME A-B [mask M]`, `ipv6 local pool NAME X::/n COUNT`.
fn pool<'a>(config: &Config<'a>, line: &'a str, family: Family) -> Option<(&'a str, IntervalSet)> {
    let mut words = Words::new(line);
    let six = words.next()? == "ipv6";
    let is_pool = words.take_if("local") && words.take_if("pool") && six == (family == Family::V6);
    let (name, range) = (words.next().filter(|_| is_pool)?, words.next()?);
    let host = |word: &str| config.names.host(word).ok().and_then(|a| a.of(family).lowest());
    let (low, high) = match range.split_once('-') {
        Some((low, high)) => (host(low)?, host(high)?),
        None => {
            let first = host(range.split('/').next()?)?;
            let count = words.next().and_then(|w| w.parse::<u128>().ok()).unwrap_or(1);
            (first, first.saturating_add(count.max(1) - 1))
        }
    };
    Some((name, IntervalSet::range(low.min(high), low.max(high))))
}

/// What `vpn-filter` says in a block: outer `None` where it does not stand there, inner where it says `none`.
#[allow(clippy::option_option)]
fn own_filter<'a>(statement: &Statement<'a>) -> Option<Option<Filter<'a>>> {
    statement.subs.iter().find_map(|line| {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "vpn-filter")?;
        Some(if words.take_if("value") { words.next().map(|acl| Filter { acl, line }) } else { None })
    })
}
