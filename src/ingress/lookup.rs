//! Which flows and regions an address or a name belongs to.

use super::{Catalogue, Destination, Region, Service, Target};
use std::net::IpAddr;

/// A destination that holds what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// Its service.
    pub service: &'a Service,
    /// Its region, where the service has regions.
    pub region: Option<&'a Region>,
    /// What is known of it.
    pub destination: &'a Destination,
    /// Known to belong to the service, but no flow goes there.
    pub is_related: bool,
}

/// Every destination that holds the address: those that flows go to first, the narrowest first.
pub fn by_address<'a>(catalogues: &[&'a Catalogue], address: IpAddr) -> Vec<Hit<'a>> {
    let holds = |hit: &Hit<'_>| hit.destination.prefix().is_some_and(|prefix| prefix.contains(&address));
    let mut hits: Vec<Hit<'_>> = all(catalogues).filter(holds).collect();
    let width = |hit: &Hit<'_>| hit.destination.prefix().map_or(0, |prefix| prefix.prefix_len());
    hits.sort_by_key(|hit| (hit.is_related, std::cmp::Reverse(width(hit))));
    hits
}

/// Every destination of that name; `*.example.com` is the name of all names under it.
pub fn by_name<'a>(catalogues: &[&'a Catalogue], name: &str) -> Vec<Hit<'a>> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_called = |own: &str| match own.strip_prefix('*') {
        Some(ending) => name.ends_with(ending) || name == own,
        None => name == own,
    };
    let named = |hit: &Hit<'_>| matches!(&hit.destination.target, Target::Name(own) if is_called(own));
    all(catalogues).filter(named).collect()
}

fn all<'a>(catalogues: &[&'a Catalogue]) -> impl Iterator<Item = Hit<'a>> {
    let services: Vec<&'a Service> = catalogues.iter().flat_map(|catalogue| &catalogue.services).collect();
    services.into_iter().flat_map(|service| {
        let flows = service.all_destinations().map(move |(region, destination)| (region, destination, false));
        let related = service.related.iter().map(|destination| (None, destination, true));
        let hit = move |(region, destination, is_related)| Hit { service, region, destination, is_related };
        flows.chain(related).map(hit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str) -> Vec<String> {
        let hits = by_address(&[Catalogue::shipped()], address.parse().unwrap());
        let name = |hit: &Hit<'_>| {
            let region = hit.region.map_or("-", |region| &region.id);
            format!("{} {region} {}", hit.service.id, if hit.is_related { "related" } else { "" }).trim_end().to_owned()
        };
        hits.iter().map(name).collect()
    }

    #[test]
    fn addresses_are_found_narrowest_first_and_related_networks_last() {
        assert_eq!(found("18.135.112.200"), ["swg london"]);
        assert_eq!(found("146.112.9.200"), ["swg reston", "swg - related"]);
        assert_eq!(found("208.67.222.222"), ["dns -"]);
        assert_eq!(found("2620:119:35::35"), ["dns -"]);
        assert_eq!(found("208.67.222.220"), ["dns - related"]);
        assert!(found("192.0.2.1").is_empty());
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        let of = |name: &str| by_name(&[Catalogue::shipped()], name).len();
        assert_eq!((of("OCSP.digicert.com."), of("digicert.com")), (1, 0));
    }
}
