//! `fwproof ingress list`, `show` and `lookup`.

use super::DataArguments;
use crate::cli::{Done, exit};
use crate::ingress::{Catalogue, Product, Service, lookup as find};
use crate::report::ingress as rendered;
use clap::Args;
use std::net::IpAddr;

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only services of this product
    #[arg(long, value_name = "PRODUCT", value_parser = crate::cli::check::product)]
    product: Option<Product>,
    /// Only this service
    #[arg(long, value_name = "ID")]
    service: Option<String>,
    #[command(flatten)]
    data: DataArguments,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// The region by id, name or alias, such as london or eu-west-2
    #[arg(value_name = "REGION")]
    region: String,
    #[command(flatten)]
    data: DataArguments,
}

#[derive(Debug, Args)]
pub(super) struct LookupArguments {
    /// An address, such as the answer of an nslookup, or a host name
    #[arg(value_name = "ADDRESS")]
    address: String,
    #[command(flatten)]
    data: DataArguments,
}

pub(super) fn list(arguments: &ListArguments) -> Result<Done, String> {
    let catalogues = arguments.data.catalogues()?;
    let wanted = |service: &&Service| {
        arguments.product.is_none_or(|product| service.products.contains(&product))
            && arguments.service.as_ref().is_none_or(|id| service.id == *id)
    };
    let services: Vec<&Service> = catalogues.iter().flat_map(|c| &c.services).filter(wanted).collect();
    if services.is_empty() {
        return Err("no service fits; `fwproof ingress list` without flags lists all".to_owned());
    }
    Ok(Done { output: rendered::list(&services, arguments.data.today()), code: exit::PERMITTED })
}

pub(super) fn region(arguments: &ShowArguments) -> Result<Done, String> {
    let catalogues = arguments.data.catalogues()?;
    let services = || catalogues.iter().flat_map(|catalogue| &catalogue.services);
    let regions = || services().flat_map(|service| service.regions.iter().map(move |region| (service, region)));
    let found: Vec<_> = regions().filter(|(_, region)| region.is_called(&arguments.region)).collect();
    if found.is_empty() {
        let names = regions().flat_map(|(_, region)| [&region.id].into_iter().chain(&region.aliases));
        let near = crate::yaml::nearest(&arguments.region, names.map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(format!("there is no region `{}`{hint} (`fwproof ingress list` lists all)", arguments.region));
    }
    Ok(Done { output: rendered::regions(&found, arguments.data.today()), code: exit::PERMITTED })
}

/// 0 when a flow goes there, 1 when none is known to.
pub(super) fn lookup(arguments: &LookupArguments) -> Result<Done, String> {
    let catalogues = arguments.data.catalogues()?;
    let all: Vec<&Catalogue> = catalogues.iter().collect();
    let hits = match arguments.address.trim().parse::<IpAddr>() {
        // An IPv4 address may come in the clothes of IPv6.
        Ok(address) => find::by_address(&all, address.to_canonical()),
        Err(_) if !arguments.address.contains(|c: char| c.is_ascii_alphabetic()) => {
            return Err(format!("`{}` is neither an address nor a host name", arguments.address));
        }
        Err(_) => find::by_name(&all, arguments.address.trim()),
    };
    let is_known = hits.iter().any(|hit| !hit.is_related);
    let output = rendered::hits(arguments.address.trim(), &hits, arguments.data.today());
    Ok(Done { output, code: if is_known { exit::PERMITTED } else { exit::DENIED } })
}
