//! Host names that the user resolved, and one address as the client would meet it.

use super::destinations::is_host_name;
use super::{AsOf, Catalogue, Confidence, Destination, Product, Provenance, Region, Service, Target, lookup};
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;

/// The addresses of a host name, as `ocsp.digicert.com=192.0.2.1,2001:db8::1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The name in lower case, without a final dot.
    pub name: String,
    /// Its addresses, never none.
    pub addresses: Vec<IpAddr>,
}

impl FromStr for Resolution {
    type Err = String;

    fn from_str(text: &str) -> Result<Resolution, String> {
        let shape = || format!("`{text}` is not a resolution such as ocsp.digicert.com=192.0.2.1,192.0.2.2");
        let (name, addresses) = text.split_once('=').ok_or_else(shape)?;
        let name = name.trim().trim_end_matches('.').to_ascii_lowercase();
        if !is_host_name(&name) {
            return Err(format!("`{name}` is not a host name"));
        }
        let address = |part: &str| part.trim().parse().map_err(|_| format!("`{}` is not an address", part.trim()));
        Ok(Resolution { name, addresses: addresses.split(',').map(address).collect::<Result<_, String>>()? })
    }
}

impl Catalogue {
    /// The catalogue with the names that were resolved replaced by their addresses.
    pub fn resolved(&self, resolutions: &[Resolution]) -> Catalogue {
        let mut catalogue = self.clone();
        for service in &mut catalogue.services {
            resolve_all(&mut service.destinations, resolutions);
            service.regions.iter_mut().for_each(|region| resolve_all(&mut region.destinations, resolutions));
        }
        catalogue
    }
}

fn resolve_all(destinations: &mut Vec<Destination>, resolutions: &[Resolution]) {
    let resolved = destinations.drain(..).flat_map(|one| resolve(one, resolutions)).collect();
    *destinations = resolved;
}

fn resolve(destination: Destination, resolutions: &[Resolution]) -> Vec<Destination> {
    let Target::Name(name) = &destination.target else { return vec![destination] };
    let of_name = resolutions.iter().filter(|resolution| resolution.name == *name);
    let addresses: Vec<IpAddr> = of_name.flat_map(|resolution| resolution.addresses.iter().copied()).collect();
    if addresses.is_empty() {
        return vec![destination];
    }
    let title = format!("{}; `{name}` as resolved by the user", destination.provenance.title);
    let provenance = Provenance { title, ..destination.provenance.clone() };
    let at = |address| Destination {
        target: Target::Prefix(IpNet::from(address)),
        provenance: provenance.clone(),
        ..destination.clone()
    };
    addresses.into_iter().map(at).collect()
}

/// The id of the service that answers with one address.
const WEB_GATEWAY: &str = "swg";

/// The catalogues with the web gateway of a product at one address only: the client asks for the gateway's name and
/// meets the address that the answer holds. Nothing when no catalogue has a web gateway for the product.
pub fn web_gateway_at(catalogues: &[&Catalogue], product: Product, address: IpAddr) -> Option<Vec<Catalogue>> {
    let is_gateway = |service: &Service| service.id == WEB_GATEWAY && service.products.contains(&product);
    let gateway = catalogues.iter().flat_map(|c| &c.services).find(|service| is_gateway(service))?;
    let provenance = provenance_of(catalogues, address);
    let target = Target::Prefix(IpNet::from(address));
    let region = Region {
        id: address.to_string(),
        name: address.to_string(),
        country: String::new(),
        aliases: Vec::new(),
        served_from: Vec::new(),
        destinations: vec![Destination { target, provenance, test_vector: false, at: None }],
    };
    let gateway = Service {
        products: vec![product],
        destinations: Vec::new(),
        related: Vec::new(),
        regions: vec![region],
        ..gateway.clone()
    };
    let without = |catalogue: &&Catalogue| {
        let mut rest = Catalogue::clone(catalogue);
        rest.services.retain(|service| !is_gateway(service));
        rest
    };
    let mut all: Vec<Catalogue> = catalogues.iter().map(without).collect();
    all.push(Catalogue { services: vec![gateway], ..Catalogue::default() });
    Some(all)
}

/// What is known of an address that the user names.
fn provenance_of(catalogues: &[&Catalogue], address: IpAddr) -> Provenance {
    let hits = lookup::by_address(catalogues, address);
    let hit = hits.iter().find(|hit| hit.service.id == WEB_GATEWAY && hit.region.is_some());
    let place = |hit: &lookup::Hit<'_>| {
        let products: Vec<&str> = hit.service.products.iter().map(|product| product.name()).collect();
        let (region, known) = (hit.region.map_or("", |region| &region.name), &hit.destination.provenance);
        let (grade, as_of) = (known.confidence.name(), known.as_of);
        format!("known in {region} for {}, confidence {grade}, as of {as_of}", products.join(" and "))
    };
    let known = hit.map_or_else(|| "in no known region".to_owned(), place);
    Provenance {
        title: format!("`{address}`, named with `--swg-address`; {known}"),
        reference: String::new(),
        as_of: AsOf::Unknown,
        confidence: Confidence::High,
        reason: hit.map_or_else(String::new, |hit| hit.destination.provenance.reason.clone()),
        max_age: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_are_a_name_and_addresses() {
        let of = |text: &str| text.parse::<Resolution>();
        let two = of("OCSP.digicert.com.=192.0.2.1, 2001:db8::1").unwrap();
        assert_eq!((two.name.as_str(), two.addresses.len()), ("ocsp.digicert.com", 2));
        for wrong in ["ocsp.digicert.com", "x=192.0.2.1", "a.b=", "a.b=192.0.2.1,,", "a.b=c", "a b.c=192.0.2.1"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_resolved_name_becomes_its_addresses_and_others_stay() {
        let both = ["ocsp.digicert.com=192.0.2.1,2001:db8::1".parse().unwrap()];
        let resolved = Catalogue::shipped().resolved(&both);
        let ocsp = resolved.services.iter().find(|service| service.id == "ocsp-crl").unwrap();
        let shown: Vec<String> = ocsp.destinations.iter().map(|one| format!("{:?}", one.target)).collect();
        assert_eq!(ocsp.destinations.len(), 3, "{shown:?}");
        assert_eq!(ocsp.destinations[0].prefix(), "192.0.2.1/32".parse().ok());
        assert!(ocsp.destinations[1].provenance.title.ends_with("`ocsp.digicert.com` as resolved by the user"));
        assert_eq!(ocsp.destinations[2].prefix(), None);
    }

    #[test]
    fn the_gateway_at_one_address_keeps_what_is_known_of_the_address() {
        let at = |address: &str| {
            let all = web_gateway_at(&[Catalogue::shipped()], Product::SecureAccess, address.parse().unwrap()).unwrap();
            all.last().unwrap().services[0].regions[0].destinations[0].clone()
        };
        let known = at("18.135.112.200");
        assert!(!known.test_vector);
        let title = "`18.135.112.200`, named with `--swg-address`; known in London for secure-access, confidence low, as of 2024-08-27";
        assert_eq!(known.provenance.title, title);
        assert!(at("192.0.2.1").provenance.title.ends_with("; in no known region"));
    }
}
