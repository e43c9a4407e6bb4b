//! Random dumps of iptables-save over what the text decides, and random conversations to ask about.

use super::helper::Job;
use super::lab::{Lab, PORTS};
use super::random_policy::Dice;
use super::rules::Rules;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddrV4};

/// First address of the clients.
pub const CLIENTS: u32 = 0x0a14_0000;
/// Destinations that clients ask for; the last is behind another interface.
pub const DESTINATIONS: [&str; 5] =
    ["208.67.222.222", "208.67.220.220", "146.112.61.104", "146.112.62.5", "10.99.0.222"];

/// Conversations from some hosts of the network that begins at this address.
pub fn conversations(dice: &mut Dice, lab: &mut Lab, count: usize, network: u32) -> Vec<Job> {
    let job = |_| {
        let host = ((dice.below(8) as u32) << 13) | (1 + dice.below(8) as u32);
        // Other networks than the one that random rules speak of are small.
        let spread = if network == CLIENTS { host } else { host & 0x3ff | (host >> 13 & 3) << 8 };
        let from = Ipv4Addr::from(network + spread);
        let known = if dice.chance(15) { DESTINATIONS.len() } else { 3 };
        let to = dice.pick(&DESTINATIONS[..known]);
        let port = if dice.chance(80) { dice.pick(&PORTS[..3]) } else { dice.pick(&PORTS) };
        Job {
            tcp: dice.chance(50),
            from: SocketAddrV4::new(from, lab.fresh_port()),
            to: SocketAddrV4::new(to.parse().unwrap(), port),
        }
    };
    (0..count).map(job).collect()
}

/// A table: the rules of its chains, those of its own ones among them.
struct Table<'d> {
    rules: Rules<'d>,
    text: String,
    /// The filter chain that all requests pass.
    main: &'static str,
}

/// The tables with their built-in chains that packets can meet, and how often a table is there.
type Tables = [(&'static str, u64, &'static [&'static str]); 4];

/// A random dump with a filter table and perhaps others, for the machine that the clients are behind.
pub fn random_dump(dice: &mut Dice) -> String {
    let tables: Tables = [
        ("raw", 35, &["PREROUTING", "OUTPUT"]),
        ("mangle", 45, &["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
        ("nat", 100, &["PREROUTING", "POSTROUTING"]),
        ("filter", 100, &["INPUT", "FORWARD", "OUTPUT"]),
    ];
    random_tables(dice, tables, "FORWARD")
}

/// The same for the machine that is the client.
pub fn random_own_dump(dice: &mut Dice) -> String {
    let tables: Tables = [
        ("raw", 35, &["OUTPUT", "PREROUTING"]),
        ("mangle", 45, &["OUTPUT", "POSTROUTING", "PREROUTING", "INPUT"]),
        ("nat", 100, &["OUTPUT", "POSTROUTING", "INPUT"]),
        ("filter", 100, &["OUTPUT", "INPUT", "FORWARD"]),
    ];
    random_tables(dice, tables, "OUTPUT")
}

/// Random tables; most is decided in the filter chain `main`. nat is there only where something is translated.
fn random_tables(dice: &mut Dice, tables: Tables, main: &'static str) -> String {
    let destinations = dice.chance(65);
    let sources = dice.chance(35);
    // Which way out a translated packet takes, or which address MASQUERADE gives it, is not in the text.
    let interfaces = !destinations || dice.chance(5);
    let mut text = String::new();
    for (name, percent, bases) in tables {
        if !dice.chance(percent) || name == "nat" && !destinations && !sources {
            continue;
        }
        let rules = Rules { dice: &mut *dice, table: name, interfaces, destinations, sources };
        let table = Table { rules, text: String::new(), main };
        writeln!(text, "*{name}\n{}COMMIT", table.write(bases)).unwrap();
    }
    text
}

impl Table<'_> {
    fn write(mut self, bases: &[&str]) -> String {
        let filter = self.rules.table == "filter";
        let mut heads = String::new();
        for base in bases {
            let deny = filter && self.rules.dice.chance(if *base == self.main { 60 } else { 12 });
            writeln!(heads, ":{base} {} [0:0]", if deny { "DROP" } else { "ACCEPT" }).unwrap();
        }
        // Chains for translation are called from one built-in chain only, those of other tables from any.
        let groups: Vec<&[&str]> = if self.rules.table == "nat" { bases.chunks(1).collect() } else { vec![bases] };
        for (group, bases) in groups.into_iter().enumerate() {
            let own: Vec<String> = (0..self.rules.dice.below(4)).map(|n| format!("U{group}{n}")).collect();
            own.iter().for_each(|name| writeln!(heads, ":{name} - [0:0]").unwrap());
            for base in bases {
                if filter && self.rules.dice.chance(70) {
                    let states = self.rules.dice.pick(&["RELATED,ESTABLISHED", "ESTABLISHED", "ESTABLISHED,UNTRACKED"]);
                    writeln!(self.text, "-A {base} -m conntrack --ctstate {states} -j ACCEPT").unwrap();
                }
                let most = if *base == self.main { 7 } else { 4 };
                self.chain(base, bases[0], &own, most);
            }
            if bases == ["POSTROUTING"] && self.rules.sources {
                // fwproof knows the firewall's own addresses from rules like this one.
                let own = "-A POSTROUTING -s 10.20.255.255/32 -j SNAT --to-source 203.0.113.5";
                writeln!(self.text, "{own}").unwrap();
            }
            for (at, name) in own.iter().enumerate() {
                self.chain(name, bases[0], &own[at + 1..], 4);
            }
        }
        heads + &self.text
    }

    fn chain(&mut self, name: &str, base: &str, callees: &[String], most: u64) {
        for _ in 0..1 + self.rules.dice.below(most) {
            let rule = self.rules.rule(name, base, callees);
            writeln!(self.text, "-A {name}{rule}").unwrap();
        }
    }
}
