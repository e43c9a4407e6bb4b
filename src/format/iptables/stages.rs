//! The order in which the kernel asks the built-in chains.

use super::dump::Table;
use crate::policy::{Action, Chain, ChainEnd, ChainId, Condition, Denial, Match, Rule, Sees, Stage};
use crate::source::Span;
use crate::space::{Family, PacketSet};

/// The three ways of a packet.
pub(super) struct Stages {
    pub forward: Vec<Stage>,
    pub input: Vec<Stage>,
    pub output: Vec<Stage>,
}

/// The stages of a dump. The chains are those of the tables, one after the other; hidden rules add one more.
pub(super) fn of(tables: &[Table<'_>], family: Family, hidden: &[Condition], chains: &mut Vec<Chain>) -> Stages {
    let mut stages = built_in(tables);
    if let Some(span) = hidden.first().map(|c| c.span) {
        let (name, rule) = ("rules that the dump does not show".to_owned(), unseen_rule(family, hidden, span));
        let chain = ChainId(chains.len());
        chains.push(Chain { name, rules: vec![rule].into(), end: ChainEnd::Accept, span });
        for way in [&mut stages.forward, &mut stages.input, &mut stages.output] {
            // Last, so that what is denied for sure is blamed on the rule that is in the dump.
            way.push(Stage::Filter { chain, sees: Sees::Both, permit: false });
        }
    }
    stages
}

/// Rules elsewhere can take packets away, but cannot bring back what is denied here.
fn unseen_rule(family: Family, hidden: &[Condition], span: Span) -> Rule {
    let matches = Match { packets: PacketSet::full(family), marks: Vec::new(), opaque: hidden.to_vec() };
    Rule { matches, action: Action::Deny(Denial::Silent), span }
}

fn built_in(tables: &[Table<'_>]) -> Stages {
    let chain = |table: &str, name: &str| {
        let before = tables.iter().take_while(|t| t.name != table).map(|t| t.chains.len()).sum::<usize>();
        let here = tables.iter().find(|t| t.name == table)?.chains.iter().position(|c| c.name == name)?;
        Some(ChainId(before + here))
    };
    let filter = |table: &str, name: &str, sees| {
        let permit = table == "filter";
        chain(table, name).map(|chain| Stage::Filter { chain, sees, permit })
    };
    let nat = |name, sees, destination| Some(Stage::Translate { chain: chain("nat", name), sees, destination });
    let forward = [
        filter("raw", "PREROUTING", Sees::In),
        Some(Stage::Track),
        filter("mangle", "PREROUTING", Sees::In),
        nat("PREROUTING", Sees::In, true),
        Some(Stage::Route),
        filter("mangle", "FORWARD", Sees::Both),
        filter("filter", "FORWARD", Sees::Both),
        filter("security", "FORWARD", Sees::Both),
        filter("mangle", "POSTROUTING", Sees::Both),
        nat("POSTROUTING", Sees::Both, false),
    ];
    let input = [
        filter("mangle", "INPUT", Sees::In),
        filter("filter", "INPUT", Sees::In),
        filter("security", "INPUT", Sees::In),
        nat("INPUT", Sees::In, false),
    ];
    let output = [
        filter("raw", "OUTPUT", Sees::Out),
        Some(Stage::Track),
        filter("mangle", "OUTPUT", Sees::Out),
        nat("OUTPUT", Sees::Out, true),
        filter("filter", "OUTPUT", Sees::Out),
        filter("security", "OUTPUT", Sees::Out),
        Some(Stage::Reroute),
        filter("mangle", "POSTROUTING", Sees::Out),
        nat("POSTROUTING", Sees::Out, false),
        Some(Stage::Loopback),
    ];
    let flat = |stages: &[Option<Stage>]| stages.iter().flatten().copied().collect();
    Stages { forward: flat(&forward), input: flat(&input), output: flat(&output) }
}
