//! What comes out of VPN tunnels: by which interfaces, from whom, and which list filters it.
//!
//! Decrypted traffic passes by the lists of interfaces in both directions unless the text says `no sysopt connection
//! permit-vpn`; the `vpn-filter` of a user or group policy is asked all the same, with the remote side as the source of
//! its entries (Cisco document 99103, "Configure VPN Filters on Cisco ASA").

use super::config::Config;
use super::line::Statement;
use super::lower::{Plan, permitted};
use super::words::Words;
use crate::space::{Family, Field, IntervalSet};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Its name.
    pub acl: &'a str,
    /// The `vpn-filter` line.
    pub line: &'a str,
}

/// All addresses of a family behind tunnels that end here.
pub fn remotes<'a>(plan: &Plan<'_, 'a>, family: Family) -> Vec<Remote<'a>> {
    let config = plan.config;
    let doors = doors(config);
    let pool = |line: &'a str| {
        let (name, addresses) = pool(config, line, family)?;
        Some(Remote { addresses, doors: doors.clone(), filters: filters_of_pool(config, name), line })
    };
    let heads = || config.others.iter().map(|s| s.head);
    let mut all: Vec<Remote<'a>> = heads().filter_map(pool).collect();
    all.extend(heads().filter_map(|line| site(plan, line, family)));
    all.retain(|remote| !remote.doors.is_empty() && !remote.addresses.is_empty());
    all
}

/// Interfaces where tunnels end.
fn doors<'a>(config: &Config<'a>) -> Vec<&'a str> {
    let mut doors = Vec::new();
    for statement in &config.others {
        let words: Vec<&'a str> = Words::new(statement.head).collect();
        match *words {
            ["crypto", "map", _, "interface", door] | ["crypto", "isakmp" | "ikev1" | "ikev2", "enable", door, ..] => {
                doors.push(door);
            }
            ["webvpn"] => {
                let enabled = statement.subs.iter().filter(|l| Words::new(l).next() == Some("enable"));
                doors.extend(enabled.filter_map(|l| Words::new(l).nth(1)));
            }
            _ => {}
        }
    }
    doors.sort_unstable();
    doors.dedup();
    doors
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

/// The far side of `crypto map NAME SEQ match address LIST`.
fn site<'a>(plan: &Plan<'_, 'a>, line: &'a str, family: Family) -> Option<Remote<'a>> {
    let config = plan.config;
    let words: Vec<&'a str> = Words::new(line).collect();
    let ["crypto", "map", map, number, "match", "address", list, ..] = *words else { return None };
    let addresses = permitted(plan.rules.get(list)?.of(family), family)?.values(Field::Dst);
    let (mut doors, mut filters) = (Vec::new(), Vec::new());
    for statement in &config.others {
        let words: Vec<&'a str> = Words::new(statement.head).collect();
        match *words {
            ["crypto", "map", name, "interface", door] if name == map => doors.push(door),
            ["crypto", "map", name, n, "set", "peer", ref peers @ ..] if (name, n) == (map, number) => {
                filters.extend(peers.iter().map(|peer| filter_of(config, policy_of_group(config, peer))));
            }
            _ => {}
        }
    }
    if filters.is_empty() {
        filters.push(filter_of(config, DEFAULT));
    }
    filters.dedup();
    Some(Remote { addresses, doors, filters, line })
}

/// The group policy that others inherit from.
const DEFAULT: &str = "DfltGrpPolicy";

/// The lists that may filter the users of a pool: those of the group policies that come with it, and of users that have
/// one of their own.
fn filters_of_pool<'a>(config: &Config<'a>, pool: &str) -> Vec<Option<Filter<'a>>> {
    let gives = |line: &str, word: &str| {
        let mut words = Words::new(line);
        words.take_if(word) && words.any(|w| w == pool)
    };
    let groups = modes(config, "tunnel-group", "general-attributes");
    let by_group = groups.filter(|(_, s)| s.subs.iter().any(|l| gives(l, "address-pool")));
    let policies = modes(config, "group-policy", "attributes");
    let by_policy = policies.filter(|(_, s)| s.subs.iter().any(|l| gives(l, "address-pools")));
    let mut found: Vec<&str> = by_group.map(|(name, _)| policy_of_group(config, name)).collect();
    found.extend(by_policy.map(|(name, _)| name));
    if found.is_empty() {
        found.push(DEFAULT);
        found.extend(modes(config, "group-policy", "attributes").map(|(name, _)| name));
    }
    let mut filters: Vec<_> = found.into_iter().map(|policy| filter_of(config, policy)).collect();
    let of_users = modes(config, "username", "attributes").filter_map(|(_, s)| own_filter(s));
    filters.extend(of_users);
    let mut different = Vec::new();
    for filter in filters {
        if !different.contains(&filter) {
            different.push(filter);
        }
    }
    different
}

/// Blocks `COMMAND NAME MODE`, with the name.
fn modes<'c, 'a>(
    config: &'c Config<'a>,
    command: &'static str,
    mode: &'static str,
) -> impl Iterator<Item = (&'a str, &'c Statement<'a>)> {
    config.others.iter().filter_map(move |statement| {
        let mut words = Words::new(statement.head);
        let name = words.next().filter(|w| *w == command).and_then(|_| words.next())?;
        (words.next() == Some(mode)).then_some((name, statement))
    })
}

/// The group policy that a tunnel group gives.
fn policy_of_group<'a>(config: &Config<'a>, group: &str) -> &'a str {
    let found = modes(config, "tunnel-group", "general-attributes").find(|(name, _)| *name == group);
    let given = found.and_then(|(_, s)| {
        s.subs.iter().find_map(|line| {
            let mut words = Words::new(line);
            words.next().filter(|w| *w == "default-group-policy").and_then(|_| words.next())
        })
    });
    given.unwrap_or(DEFAULT)
}

/// The list of a group policy: its own, else that of the policy which all inherit from.
fn filter_of<'a>(config: &Config<'a>, policy: &str) -> Option<Filter<'a>> {
    let own = |wanted: &str| {
        modes(config, "group-policy", "attributes").find(|(name, _)| *name == wanted).and_then(|(_, s)| own_filter(s))
    };
    own(policy).or_else(|| own(DEFAULT)).flatten()
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
