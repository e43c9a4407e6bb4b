//! Where clients may stand, as far as the rules name interfaces.

use crate::format::Input;
use crate::policy::{Doorway, Hook, IfaceId, Interfaces, Statement, Topology};

/// The ways in and out. `ways_out` are interfaces for which sources are translated, with the rules that say so.
pub(super) fn of(interfaces: &Interfaces, hook: Hook, ways_out: &[(&str, &str)], input: Input<'_>) -> Topology {
    if hook == Hook::Output {
        return of_own_packets(interfaces, ways_out, input);
    }
    let named: Vec<IfaceId> = interfaces.classes().filter(|(_, name)| *name != "lo").map(|(id, _)| id).collect();
    if named.is_empty() {
        let other = || vec![doorway(Interfaces::OTHER)];
        return Topology { entries: other(), exits: other(), hairpin: true, ..Topology::default() };
    }
    match exits(interfaces, ways_out, input) {
        exits if exits.is_empty() => {
            let all = || named.iter().copied().chain([Interfaces::OTHER]).map(doorway).collect();
            Topology { entries: all(), exits: all(), ..Topology::default() }
        }
        exits => translated(interfaces, &named, exits),
    }
}

/// What the machine itself sends has come in by no interface.
fn of_own_packets(interfaces: &Interfaces, ways_out: &[(&str, &str)], input: Input<'_>) -> Topology {
    let forwarded = of(interfaces, Hook::Forward, ways_out, input);
    let text = "the machine itself is the client, and answers come in by the interface by which the requests leave \
                (`--hook output`)";
    let said = Statement { text: text.to_owned(), spans: Vec::new() };
    let statements = [said].into_iter().chain(forwarded.statements).collect();
    Topology { entries: vec![doorway(Interfaces::NONE)], exits: forwarded.exits, statements, ..Topology::default() }
}

fn translated(interfaces: &Interfaces, named: &[IfaceId], exits: Vec<Doorway>) -> Topology {
    let is_exit = |id: &IfaceId| exits.iter().any(|e| e.iface == *id);
    let mut entries: Vec<Doorway> = named.iter().copied().filter(|id| !is_exit(id)).map(doorway).collect();
    if entries.is_empty() {
        entries.push(doorway(Interfaces::OTHER));
    }
    let names: Vec<String> = exits.iter().map(|e| format!("`{}`", interfaces.name(e.iface))).collect();
    let text = format!("the way out is {}, because sources are translated there", names.join(" or "));
    let statement = Statement { text, spans: exits.iter().filter_map(|e| e.span).collect() };
    Topology { entries, exits, statements: vec![statement], ..Topology::default() }
}

fn exits(interfaces: &Interfaces, ways_out: &[(&str, &str)], input: Input<'_>) -> Vec<Doorway> {
    let mut exits: Vec<Doorway> = Vec::new();
    for (name, line) in ways_out.iter().filter(|(name, _)| *name != "lo" && *name != "+") {
        let Some((iface, _)) = interfaces.classes().find(|(_, n)| n == name) else { continue };
        if !exits.iter().any(|e| e.iface == iface) {
            exits.push(Doorway { iface, addresses: None, span: Some(input.span(line)) });
        }
    }
    exits
}

fn doorway(iface: IfaceId) -> Doorway {
    Doorway { iface, addresses: None, span: None }
}
