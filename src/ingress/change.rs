//! What differs between two states of a catalogue.

use super::{Catalogue, Service, Target};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::fmt;

/// An entry of a catalogue as a change names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The service.
    pub service: String,
    /// The region; empty for none.
    pub region: String,
    /// The network or the name.
    pub target: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = if self.region.is_empty() { String::new() } else { format!("@{}", self.region) };
        write!(f, "{} ({}{region})", self.target, self.service)
    }
}

/// What a new state adds and removes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Entries that are new.
    pub added: Vec<Place>,
    /// Entries that are gone.
    pub removed: Vec<Place>,
    /// How many of the old networks and names are not covered by the new ones, wherever they stand.
    pub lost: usize,
    /// How many networks and names the old state has.
    pub had: usize,
}

impl Change {
    /// From one state to another.
    pub fn between(old: &Catalogue, new: &Catalogue) -> Change {
        let (before, after) = (places(old), places(new));
        let (had, lost) = loss(old, new);
        Change {
            added: after.difference(&before).cloned().collect(),
            removed: before.difference(&after).cloned().collect(),
            lost,
            had,
        }
    }

    /// Is more than a fifth lost? A network that was split or joined with another is not lost.
    pub fn shrinks(&self) -> bool {
        self.lost * 5 > self.had
    }
}

fn places(catalogue: &Catalogue) -> BTreeSet<Place> {
    let of_service = |service: &Service| {
        let place = |(region, one): (Option<&super::Region>, &super::Destination)| Place {
            service: service.id.clone(),
            region: region.map_or_else(String::new, |region| region.id.clone()),
            target: text(&one.target),
        };
        service.all_destinations().map(place).collect::<Vec<_>>()
    };
    catalogue.services.iter().flat_map(of_service).collect()
}

fn text(target: &Target) -> String {
    match target {
        Target::Prefix(net) => net.to_string(),
        Target::Name(name) => name.clone(),
    }
}

fn targets(catalogue: &Catalogue) -> BTreeSet<String> {
    catalogue.services.iter().flat_map(Service::all_destinations).map(|(_, one)| text(&one.target)).collect()
}

fn loss(old: &Catalogue, new: &Catalogue) -> (usize, usize) {
    let (before, after) = (targets(old), targets(new));
    let nets: Vec<IpNet> = after.iter().filter_map(|target| target.parse().ok()).collect();
    let mut joined = IpNet::aggregate(&nets);
    joined.sort();
    let is_covered = |target: &String| after.contains(target) || target.parse().is_ok_and(|net| holds(&joined, net));
    (before.len(), before.iter().filter(|target| !is_covered(target)).count())
}

/// Whether one of the networks, which are disjoint and sorted, holds another one.
fn holds(sorted: &[IpNet], net: IpNet) -> bool {
    let behind = sorted.partition_point(|other| *other <= net);
    let around = sorted.get(behind.saturating_sub(1)..).unwrap_or(&[]);
    around.iter().take(2).any(|other| other.contains(&net))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn catalogue(destinations: &str) -> Catalogue {
        let text = format!("services: [{{id: a, flows: [{{id: f, proto: esp}}], destinations: [{destinations}]}}]");
        let mut sources = Sources::new();
        let id = sources.add("c.yaml", text);
        Catalogue::read(id, sources.text(id)).unwrap()
    }

    fn change(old: &str, new: &str) -> Change {
        Change::between(&catalogue(old), &catalogue(new))
    }

    #[test]
    fn what_is_added_and_removed_is_named() {
        let change = change("18.0.0.0/24, 18.0.1.0/24", "18.0.1.0/24, 18.0.2.0/24");
        let said = |places: &[Place]| places.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            (said(&change.added), said(&change.removed)),
            (vec!["18.0.2.0/24 (a)".to_owned()], vec!["18.0.0.0/24 (a)".to_owned()])
        );
        assert_eq!((change.lost, change.had), (1, 2));
    }

    #[test]
    fn splitting_and_joining_lose_nothing() {
        assert_eq!(change("18.0.0.0/24, 18.0.1.0/24", "18.0.0.0/23").lost, 0);
        assert_eq!(change("18.0.0.0/24", "18.0.0.0/25, 18.0.0.128/25").lost, 0);
        assert_eq!(change("18.0.0.0/24, 2600::/32", "18.0.0.0/25, 2600::/31").lost, 1);
    }

    #[test]
    fn a_fifth_may_go_and_more_may_not() {
        let five = "18.0.0.0/24, 18.1.0.0/24, 18.2.0.0/24, 18.3.0.0/24, 18.4.0.0/24";
        assert!(!change(five, "18.0.0.0/24, 18.1.0.0/24, 18.2.0.0/24, 18.3.0.0/24").shrinks());
        assert!(change(five, "18.0.0.0/24, 18.1.0.0/24, 18.2.0.0/24").shrinks());
    }
}
